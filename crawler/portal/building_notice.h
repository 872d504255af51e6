#pragma once

#include <string>
#include <string_view>

namespace xuncha {

// The words by which a page says that it is not there yet, or away for works (栏目建设中, 网站升级改版中，敬请期待),
// where that is all that it says: `text` is what the page shows, no more than 600 characters, of which 60 may say
// something else, blanks, marks and the frame (主办, 版权所有, 当前位置 ...) not counted.
// Empty for everything else, as for 高铁正在建设中 in a piece of news: the clause must be about the page, and end
// there; a system or platform must be what it begins with. Pure, linear.
std::string building_notice(std::string_view text);

}  // namespace xuncha
