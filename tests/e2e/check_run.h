#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/portal/portal_server.h"

namespace xuncha::test {

// Where the corpus of real pages stands, by XUNCHA_CORPUS; it may be absent.
std::filesystem::path corpus();

// What a finding is about: of a column its page, since its id says nothing to a test.
std::string subject_of(const nlohmann::json& finding);

// What one `xuncha check --format json` said.
struct CheckRun {
  int exit_code = -1;
  std::string err;
  std::vector<nlohmann::json> findings;
  std::vector<nlohmann::json> pages;
  std::vector<nlohmann::json> columns;
  nlohmann::json summary;

  // "rule reason" by subject, of findings in state open.
  std::map<std::string, std::string> open() const;
  const nlohmann::json* finding(const std::string& rule, const std::string& subject) const;
};

// Runs the real program against a portal that is being played, with --rate 0 and the portal's own arguments.
CheckRun check_portal(const portal::PortalServer& server, const std::string& home,
                      const std::vector<std::string>& arguments = {});

}  // namespace xuncha::test
