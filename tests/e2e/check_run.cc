#include "tests/e2e/check_run.h"

#include <cstdlib>
#include <sstream>

#include "tests/support/run_program.h"

namespace xuncha::test {

std::map<std::string, std::string> CheckRun::open() const {
  std::map<std::string, std::string> found;
  for (const nlohmann::json& finding : findings) {
    if (finding["state"] != "open") continue;
    found[finding["subject"]] = finding["rule"].get<std::string>() + " " +
                                (finding["reason"].is_string() ? finding["reason"].get<std::string>() : "");
  }
  return found;
}

std::filesystem::path corpus() {
  const char* named = std::getenv("XUNCHA_CORPUS");
  return named != nullptr ? std::filesystem::path(named)
                          : std::filesystem::path(XUNCHA_SOURCE_DIR) / "../shared/corpus";
}

std::string subject_of(const nlohmann::json& finding) {
  const bool of_column = finding["rule"].get<std::string>().starts_with("column.");
  return of_column ? finding["where"][0]["url"] : finding["subject"];
}

const nlohmann::json* CheckRun::finding(const std::string& rule, const std::string& subject) const {
  for (const nlohmann::json& finding : findings) {
    if (finding["rule"] == rule && subject_of(finding) == subject) return &finding;
  }
  return nullptr;
}

CheckRun check_portal(const portal::PortalServer& server, const std::string& home,
                      const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"check", home, "--format", "json", "--rate", "0"};
  for (const std::string& argument : server.arguments()) all.push_back(argument);
  all.insert(all.end(), arguments.begin(), arguments.end());
  const ProgramEnd end = run_program(XUNCHA_BINARY_DIR "/xuncha", all);
  CheckRun run;
  run.exit_code = end.exit_code;
  run.err = end.err;
  std::istringstream lines(end.out);
  for (std::string line; std::getline(lines, line);) {
    nlohmann::json record = nlohmann::json::parse(line, nullptr, false);
    if (record.is_discarded()) continue;
    if (record["record"] == "finding")
      run.findings.push_back(std::move(record));
    else if (record["record"] == "page")
      run.pages.push_back(std::move(record));
    else if (record["record"] == "column")
      run.columns.push_back(std::move(record));
    else if (record["record"] == "summary")
      run.summary = std::move(record);
  }
  return run;
}

}  // namespace xuncha::test
