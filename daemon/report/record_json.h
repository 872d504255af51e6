#pragma once

#include <string>

#include "core/finding.h"
#include "daemon/report/report.h"
#include "daemon/report/texts.h"

// The records as one line of JSON each, without the line's end; fields in the order of docs/INTERFACE.md, Records; text
// that is no UTF-8 with U+FFFD. An absent scalar is null. Pure; any thread.
namespace xuncha {

std::string finding_json(const Finding& finding, const Texts& texts);
std::string page_json(const PageRecord& record);
std::string column_json(const std::string& site, const ColumnRecord& record);
std::string site_json(const SiteStatusRecord& record);
std::string summary_json(const SummaryRecord& record);

}  // namespace xuncha
