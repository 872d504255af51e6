#include "tests/portal/portal_answers.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "tests/portal/portal_bytes.h"

namespace xuncha::portal {
namespace {

const char* const kNotFoundPage =
    "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>出错了</title></head><body>"
    "<h1>很抱歉，您要访问的页面不存在</h1><p>可能是输入的网址有误，或者页面已被删除。</p>"
    "<p><a href=\"/\">返回首页</a></p></body></html>";

bool file_answer(const Host& host, const Request& request, Answer& answer) {
  if (request.path.find("/../") != std::string::npos || request.path.find('\0') != std::string::npos) return false;
  for (const FileRoot& root : host.files) {
    if (!request.path.starts_with(root.prefix)) continue;
    std::string below = request.path.substr(root.prefix.size());
    if (below.empty() || below.ends_with('/')) below += root.index;
    const std::filesystem::path file = root.directory / std::filesystem::path(below);
    std::error_code error;
    if (!root.deleted.contains(below) && std::filesystem::is_regular_file(file, error)) {
      std::ifstream in(file, std::ios::binary);
      answer.body.assign(std::istreambuf_iterator<char>(in), {});
      answer.content_type = media_type_of(below);
      if (answer.content_type == "text/html") {
        answer.charset = host.charset;
        if (!root.encoding.empty()) {
          answer.body = encode_text(with_meta_charset(std::move(answer.body), root.encoding), root.encoding);
          answer.charset = root.encoding;
        }
      }
      return true;
    }
    const std::string asset = root.assets ? small_asset(below) : "";
    if (!asset.empty()) {
      answer.body = asset;
      answer.content_type = media_type_of(below);
      return true;
    }
  }
  return false;
}

// RFC 9110 14.1.2, the one form that clients of ours send: "bytes=FIRST-LAST" or "bytes=FIRST-".
bool parse_range(const std::string& text, std::uint64_t size, std::uint64_t& first, std::uint64_t& last) {
  if (!text.starts_with("bytes=")) return false;
  const char* end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data() + 6, end, first);
  if (error != std::errc() || after == end || *after != '-') return false;
  last = size - 1;
  if (after + 1 != end && std::from_chars(after + 1, end, last).ec != std::errc()) return false;
  last = std::min<std::uint64_t>(last, size == 0 ? 0 : size - 1);
  return true;
}

}  // namespace

std::string Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

void Request::set_target(std::string raw) {
  target = std::move(raw);
  const std::size_t mark = target.find('?');
  path = percent_decode(std::string_view(target).substr(0, mark));
  has_query = mark != std::string::npos;
  query = has_query ? percent_decode(std::string_view(target).substr(mark + 1)) : "";
}

Answer PortalAnswers::answer(const Host& host, const Request& request, const std::string& phase) {
  Answer answer;
  const std::string with_query = request.path + "?" + request.query;
  auto page = request.has_query ? host.pages.find(with_query) : host.pages.end();
  if (page == host.pages.end()) page = host.pages.find(request.path);
  if (page != host.pages.end()) {
    answer = choose(host, request, page->first, page->second, phase);
  } else if (!file_answer(host, request, answer)) {
    const std::string asset = host.assets ? small_asset(request.path) : "";
    if (asset.empty()) {
      answer = missing_answer(host);
    } else {
      answer.body = asset;
      answer.content_type = media_type_of(request.path);
    }
  }
  if (request.method == "HEAD" && answer.head_status != 0) answer.status = answer.head_status;
  if (request.method != "GET" && request.method != "HEAD") answer.status = 405;
  if (answer.status == 200 && answer.validators) answer.headers.emplace_back("Last-Modified", host.last_modified);
  return answer;
}

Answer PortalAnswers::choose(const Host& host, const Request& request, const std::string& key, const Answer& page,
                             const std::string& phase) {
  const Answer* chosen = &page;
  if (request.scheme == "https" && !page.over_https.empty()) chosen = &page.over_https[0];
  if (const auto found = page.phases.find(phase); found != page.phases.end()) chosen = &found->second;
  if (chosen->sequence.empty()) return *chosen;
  const auto visit = static_cast<std::size_t>(visits_[host.name + " " + key]++);
  return chosen->sequence[std::min(visit, chosen->sequence.size() - 1)];
}

Answer PortalAnswers::missing_answer(const Host& host) {
  Answer answer = host.not_found;
  if (answer.body.empty()) {
    answer.body = kNotFoundPage;
    const std::string encoding = host.files.empty() ? "" : host.files[0].encoding;
    if (!encoding.empty()) answer.body = encode_text(with_meta_charset(answer.body, encoding), encoding);
    answer.charset = encoding.empty() ? "utf-8" : encoding;
  }
  answer.validators = false;
  switch (host.missing) {
    case MissingMode::kNotFound:
      answer.status = answer.status == 200 ? 404 : answer.status;
      break;
    case MissingMode::kSoftPage:
      answer.status = 200;
      break;
    case MissingMode::kRedirectHome:
      answer.status = 302;
      answer.headers.emplace_back("Location", "/");
      answer.body.clear();
      break;
    case MissingMode::kRandomPage: {
      answer.status = 200;
      const std::uint64_t number = ++random_pages_ * 2654435761u;
      answer.body += "<p>" + bytes_tag(std::to_string(number)) + " " + bytes_tag(std::to_string(number + 1)) + "</p>";
      break;
    }
  }
  return answer;
}

// Turns a 200 into 304, 206 or 416 where the request's headers ask for it (RFC 9110 13.2.2, 14.2).
void apply_conditions(const Request& request, Answer& answer) {
  if (answer.status != 200 || answer.fault.kind != FaultKind::kNone) return;
  if (answer.validators) {
    const std::string tag = "\"" + bytes_tag(answer.body) + "\"";
    answer.headers.emplace_back("ETag", tag);
    const std::string match = request.header("if-none-match");
    std::string modified;
    for (const auto& [name, value] : answer.headers) {
      if (name == "Last-Modified") modified = value;
    }
    const bool same_date = match.empty() && !modified.empty() && request.header("if-modified-since") == modified;
    if ((!match.empty() && match.find(tag) != std::string::npos) || same_date) {
      answer.status = 304;
      answer.body.clear();
      return;
    }
  }
  const std::string range = request.header("range");
  std::uint64_t first = 0, last = 0;
  if (!answer.ranges || range.empty() || !parse_range(range, answer.body.size(), first, last)) return;
  const std::string total = std::to_string(answer.body.size());
  if (first >= answer.body.size()) {
    answer.status = 416;
    answer.headers.emplace_back("Content-Range", "bytes */" + total);
    answer.body.clear();
    return;
  }
  answer.status = 206;
  answer.headers.emplace_back("Content-Range",
                              "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + total);
  answer.body = answer.body.substr(first, last - first + 1);
}

}  // namespace xuncha::portal
