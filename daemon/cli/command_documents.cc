#include <cmath>
#include <nlohmann/json.hpp>

#include "core/url.h"
#include "crawler/charset.h"
#include "crawler/robots.h"
#include "crawler/sitemap.h"
#include "daemon/cli/batch.h"
#include "daemon/cli/command_questions.h"

namespace xuncha {
namespace {

Result<DecodedText> decode_file(const DecodeQuestion& question) {
  auto bytes = read_input_file(question.file);
  if (!bytes) return bytes.error();
  DecodeOptions options;
  options.content_type = question.content_type;
  options.detect = question.detect;
  if (!question.fallback.empty()) {
    if (!decode_bytes("", question.fallback)) return Error{ErrorCode::kUsage, question.fallback, "is no charset"};
    options.fallback = question.fallback;
  }
  return decode_document(bytes.value(), options);
}

// Reads each named text field of a question into its place; empty where it is absent.
Status read_texts(const Json& question, std::initializer_list<std::pair<const char*, std::string*>> fields) {
  for (const auto& [name, place] : fields) {
    auto value = text_field(question, name);
    if (!value) return value.error();
    if (value.value()) *place = *std::move(value).value();
  }
  return Done{};
}

}  // namespace

Result<Json> answer_robots(const RobotsQuestion& question) {
  const auto body = read_input_file(question.file);
  if (!body) return body.error();
  std::string path = question.url;
  if (!path.starts_with('/')) {
    const UrlParse parsed = parse_url(question.url);
    if (!parsed.url) return Error{ErrorCode::kUsage, question.url, "is no http(s) URL and no path"};
    path = parsed.url->path_and_query();
  }
  const RobotsRules rules = RobotsRules::parse(body.value(), question.agent);
  const RobotsRules::Answer answer = rules.judge(path);
  Json json = {{"allowed", answer.allowed}};
  json["rule"] = answer.rule.empty() ? Json() : Json(answer.rule);
  json["line"] = answer.line == 0 ? Json() : Json(answer.line);
  const auto delay = rules.crawl_delay();
  // A whole number of seconds is written as one.
  if (delay && *delay == std::floor(*delay) && *delay < 1e9) {
    json["crawl_delay"] = static_cast<std::int64_t>(*delay);
  } else {
    json["crawl_delay"] = delay ? Json(*delay) : Json();
  }
  return json;
}

Result<Json> answer_robots_question(const Json& question) {
  const auto file = required_text(question, "file");
  if (!file) return file.error();
  const auto agent = required_text(question, "agent");
  if (!agent) return agent.error();
  const auto url = required_text(question, "url");
  if (!url) return url.error();
  return answer_robots({.file = file.value(), .agent = agent.value(), .url = url.value()});
}

Result<Json> answer_decode(const DecodeQuestion& question) {
  const auto decoded = decode_file(question);
  if (!decoded) return decoded.error();
  return Json{{"charset", decoded.value().charset},
              {"source", charset_source_name(decoded.value().source)},
              {"text", decoded.value().text}};
}

Result<Json> answer_decode_question(const Json& question) {
  DecodeQuestion decode;
  const Status status = read_texts(
      question, {{"file", &decode.file}, {"content_type", &decode.content_type}, {"fallback", &decode.fallback}});
  if (!status) return status.error();
  if (decode.file.empty()) return Error{ErrorCode::kUsage, "file", "is missing"};
  const auto detect = question.find("detect");
  if (detect != question.end()) {
    if (!detect->is_boolean()) return Error{ErrorCode::kUsage, "detect", "must be true or false"};
    decode.detect = detect->get<bool>();
  }
  return answer_decode(decode);
}

Result<std::string> decode_to_text(const DecodeQuestion& question) {
  auto decoded = decode_file(question);
  if (!decoded) return decoded.error();
  return std::move(decoded.value().text);
}

Result<Json> answer_sitemap(const std::string& file) {
  const auto bytes = read_input_file(file);
  if (!bytes) return bytes.error();
  const Sitemap sitemap = parse_sitemap(bytes.value());
  Json urls = Json::array();
  for (const SitemapEntry& entry : sitemap.entries) urls.push_back(entry.url);
  Json json = {{"kind", sitemap_kind_name(sitemap.kind)}, {"urls", std::move(urls)}};
  if (sitemap.kind == Sitemap::Kind::kRefused) json["reason"] = sitemap.refusal;
  if (sitemap.cut) json["cut"] = true;
  return json;
}

Result<Json> answer_sitemap_question(const Json& question) {
  const auto file = required_text(question, "file");
  return file ? answer_sitemap(file.value()) : Result<Json>(file.error());
}

}  // namespace xuncha
