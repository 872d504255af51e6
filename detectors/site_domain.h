#pragma once

#include <string_view>

// site.domain: a government website is reached, and stays, under a government name.
// 《政府网站发展指引》(国办发〔2017〕47号): names end in .gov.cn; 国办函〔2018〕55号: no name of another kind for a
// government website. Names are ASCII, in lower case.
namespace xuncha {

// Under .gov.cn, or under 政务 (.xn--zfr164b), the Chinese name beside it?
bool is_government_name(std::string_view host);

// Is the home page of a government name shown under a name that is none? An address (192.0.2.1) is none either. Of a
// site that is configured under another name nothing is said: it may be no government's.
bool leaves_government_names(std::string_view home_host, std::string_view shown_host);

}  // namespace xuncha
