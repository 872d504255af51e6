#include "detectors/column_class.h"

#include <optional>

namespace xuncha {
namespace {

struct ClassWord {
  std::string_view word;
  ColumnClass column_class;
};

// The first row whose word stands in the name decides: what names a special duty stands before what names a general one
// (政策解读 is no policy, 公告解读 no notice), and news last, since its limit is the shortest: 动态 in 政策动态 proves
// nothing against anybody.
constexpr ClassWord kWords[] = {
    {"解读", ColumnClass::kInterpretation},
    {"图解", ColumnClass::kInterpretation},
    {"一图读懂", ColumnClass::kInterpretation},
    {"政策问答", ColumnClass::kInterpretation},
    {"答记者问", ColumnClass::kInterpretation},
    {"新闻发布会", ColumnClass::kInterpretation},
    {"年报", ColumnClass::kReport},
    {"年度报告", ColumnClass::kReport},
    {"预决算", ColumnClass::kReport},
    {"预算", ColumnClass::kReport},
    {"决算", ColumnClass::kReport},
    {"三公", ColumnClass::kReport},
    {"统计", ColumnClass::kReport},
    {"数据", ColumnClass::kReport},
    {"财政资金", ColumnClass::kReport},
    {"工作报告", ColumnClass::kReport},
    {"规划计划", ColumnClass::kReport},
    {"信箱", ColumnClass::kInteraction},
    {"留言", ColumnClass::kInteraction},
    {"咨询", ColumnClass::kInteraction},
    {"投诉", ColumnClass::kInteraction},
    {"举报", ColumnClass::kInteraction},
    {"征集", ColumnClass::kInteraction},
    {"征求意见", ColumnClass::kInteraction},
    {"意见反馈", ColumnClass::kInteraction},
    {"调查", ColumnClass::kInteraction},
    {"访谈", ColumnClass::kInteraction},
    {"互动", ColumnClass::kInteraction},
    {"建议提案", ColumnClass::kInteraction},
    {"提案", ColumnClass::kInteraction},
    {"常见问题", ColumnClass::kInteraction},
    {"问答", ColumnClass::kInteraction},
    {"办事指南", ColumnClass::kGuide},
    {"服务指南", ColumnClass::kGuide},
    {"公开指南", ColumnClass::kGuide},
    {"指南", ColumnClass::kGuide},
    {"办事", ColumnClass::kGuide},
    {"表格下载", ColumnClass::kGuide},
    {"下载", ColumnClass::kGuide},
    {"流程", ColumnClass::kGuide},
    {"权责清单", ColumnClass::kGuide},
    {"专题", ColumnClass::kTopic},
    {"专栏", ColumnClass::kTopic},
    {"政策", ColumnClass::kPolicy},
    {"法规", ColumnClass::kPolicy},
    {"规范性文件", ColumnClass::kPolicy},
    {"规章", ColumnClass::kPolicy},
    {"法律", ColumnClass::kPolicy},
    {"公文", ColumnClass::kPolicy},
    {"文件", ColumnClass::kPolicy},
    {"通知", ColumnClass::kNotice},
    {"公告", ColumnClass::kNotice},
    {"公示", ColumnClass::kNotice},
    {"通告", ColumnClass::kNotice},
    {"要闻", ColumnClass::kNews},
    {"新闻", ColumnClass::kNews},
    {"动态", ColumnClass::kNews},
    {"快讯", ColumnClass::kNews},
};

// META ColumnType by its mandated values (国办发〔2017〕47号, annex 2); free text is read as a name.
constexpr ClassWord kTypes[] = {
    {"工作动态", ColumnClass::kNews},           {"政策文件", ColumnClass::kPolicy},
    {"政策解读", ColumnClass::kInterpretation}, {"信息公开年报", ColumnClass::kReport},
    {"信息公开指南", ColumnClass::kGuide},      {"数据发布", ColumnClass::kReport},
    {"数据开放", ColumnClass::kReport},         {"办事服务", ColumnClass::kGuide},
    {"咨询投诉", ColumnClass::kInteraction},    {"征集调查", ColumnClass::kInteraction},
    {"在线访谈", ColumnClass::kInteraction},    {"回应关切", ColumnClass::kInteraction},
};

constexpr std::string_view kArchived[] = {"归档", "历史", "往期", "存档", "历年", "档案"};
constexpr std::string_view kStanding[] = {
    "联系我们", "联系方式", "关于我们", "机构职能", "机构设置", "机构概况",   "机构简介", "内设机构",
    "直属单位", "领导之窗", "领导信息", "领导简介", "领导分工", "负责人信息", "概况",     "单位简介",
    "中心简介", "职能",     "职责",     "网站地图", "网站声明", "版权",       "使用帮助", "收费标准",
    "组织机构", "交通指引", "服务承诺", "首页大图", "轮播",     "友情链接",   "下属单位"};
constexpr std::string_view kMirrors[] = {"无障碍",  "长者",    "关怀版", "移动版", "手机版",
                                         "English", "ENGLISH", "繁體",   "繁体"};

template <class Words>
bool names_any(std::string_view text, const Words& words) {
  for (const std::string_view word : words) {
    if (text.find(word) != std::string_view::npos) return true;
  }
  return false;
}

std::optional<ClassWord> word_in(std::string_view name) {
  for (const ClassWord& row : kWords) {
    if (name.find(row.word) != std::string_view::npos) return row;
  }
  return std::nullopt;
}

}  // namespace

ColumnClassing class_column(std::string_view name, std::string_view meta_type, std::span<const std::string> path) {
  ColumnClassing classing;
  classing.archived = names_any(name, kArchived);
  classing.mirror = names_any(name, kMirrors);
  classing.standing = names_any(name, kStanding);
  for (const std::string& above : path) {
    classing.archived = classing.archived || names_any(above, kArchived);
    classing.mirror = classing.mirror || names_any(above, kMirrors);
  }
  const auto decide = [&](const ClassWord& row, std::string_view from) {
    classing.column_class = row.column_class;
    classing.reason = std::string(from) + std::string(row.word);
    return classing;
  };
  if (const auto row = word_in(name)) return decide(*row, "");
  for (const ClassWord& row : kTypes) {
    if (meta_type.find(row.word) != std::string_view::npos) return decide(row, "meta ");
  }
  // What stands above lends its class but for news: a column below 新闻中心 may hold speeches, which nobody counts by
  // the week.
  for (std::size_t above = path.size(); above-- > 0;) {
    if (path[above] == name) continue;
    const auto row = word_in(path[above]);
    if (row && row->column_class != ColumnClass::kNews) return decide(*row, "path ");
  }
  return classing;
}

}  // namespace xuncha
