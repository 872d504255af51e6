#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/content.h"

namespace xuncha {

inline constexpr std::size_t kRepealsMax = 300;  // of one page: a list of a province's documents has hundreds

// Might the page say that documents are repealed, so that its text is worth reading for it? By its title and text.
bool may_repeal(std::string_view title, std::string_view text);

// The documents that a page of this title and text says are no longer in force: 《…》（民发〔2010〕1号）同时废止,
// 决定废 止《…》, and the rows of lists whose title says that all in them is repealed
// (关于公布废止和失效文件目录的公告). Not what is to be repealed (拟废止, 征求意见), was not (尚未), or only in part
// (第三条), nor lists that hold what stays in force as well. Pure, linear.
std::vector<RepealStatement> read_repeals(std::string_view title, std::string_view text);

}  // namespace xuncha
