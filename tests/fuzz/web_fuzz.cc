// Fuzzes what a client writes into an address: query, path and cursor of the API, language and page of the pages, and
// the credentials in headers. The first line is the path, the second the query, the third a header's value. What must
// always hold: an answer of a known status; errors of the API are JSON; a cursor that is taken is one that we write.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/check.h"
#include "core/civil.h"
#include "daemon/web/api.h"
#include "daemon/web/http.h"
#include "daemon/web/pages.h"
#include "daemon/web/snapshot.h"

namespace {

using namespace xuncha;  // NOLINT(google-build-using-namespace): a program of its own

SnapshotPointer make_fixture() {
  Snapshot snapshot;
  for (const char* id : {"a", "www.a.gov.cn", "b~x/"}) {
    SiteSnapshot site;
    site.id = id;
    site.home = "http://a/";
    for (const char* subject : {"http://a/1", "http://a/2", "http://a/3"}) {
      Evidence evidence;
      evidence.compared = "x";
      site.findings.push_back(std::make_shared<const Finding>(make_finding(
          id, "link.broken", subject, subject, {ReasonCode::kHttpStatus, 404}, Severity::kMajor, evidence, {})));
    }
    snapshot.sites.push_back(make_site_snapshot(std::move(site)));
  }
  return make_snapshot(std::move(snapshot));
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void check_codecs(std::string_view text) {
  if (const auto cursor = decode_cursor(text)) CHECK(encode_cursor(*cursor) == text);
  if (const auto bytes = base64url_decode(text)) CHECK(base64url_encode(*bytes) == text);
  CHECK(base64url_decode(base64url_encode(text)) == text);
  if (text.find('\0') == std::string_view::npos) CHECK(percent_decode(percent_encode(text)) == text);
  basic_credential(text);
  bearer_token(text);
  origin_host(text);
  is_literal_host(text);
  page_language(text, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SnapshotPointer snapshot = make_fixture();
  if (size > 16'384) return 0;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  check_codecs(text);
  HttpRequest request;
  request.method = "GET";
  request.path = take_line(text);
  request.query = take_line(text);
  request.headers.emplace_back("accept-language", take_line(text));

  const HttpResponse page = answer_page(request, snapshot.get());
  CHECK(page.status == 200 || page.status == 404);

  for (const char* path : {"", "/api/v1/findings", "/api/v1/sites", "/api/v1/sites/a"}) {
    if (*path != '\0') request.path = path;
    const HttpResponse answer = answer_api(request, *snapshot);
    CHECK(answer.status == 200 || answer.status == 400 || answer.status == 404);
    if (answer.status == 200 || request.path.starts_with("/api/")) {
      const auto json = nlohmann::json::parse(answer.body, nullptr, false);
      CHECK(json.is_object() && json.contains(answer.status == 200 ? "data" : "error"));
    }
  }
  return 0;
}
