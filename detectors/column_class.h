#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/column.h"

namespace xuncha {

// What a column is for, and by which word that was seen.
struct ColumnClassing {
  ColumnClass column_class = ColumnClass::kOther;
  std::string reason;     // the word, and where it stood when not in the name: "通知公告", "meta 政策文件"
  bool standing = false;  // 联系我们, 机构职能: it says what is so, and owes no news
  bool archived = false;  // 已归档, 历史专题: nobody owes news there
  bool mirror = false;    // 无障碍, 长者版, English, 移动版: the same content again
};

// By its name, then by META ColumnType, then by the names above it in the breadcrumb, nearest first.
// Names that say nothing are kOther. Pure; any thread.
ColumnClassing class_column(std::string_view name, std::string_view meta_type, std::span<const std::string> path);

}  // namespace xuncha
