#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "tests/portal/portal_bytes.h"
#include "tests/portal/portal_data.h"
#include "tests/portal/portal_template.h"

namespace xuncha::portal {
namespace {

// A fault of the data, with its line.
std::runtime_error fault_at(const YAML::Node& node, const std::string& message) {
  return std::runtime_error("line " + std::to_string(node.Mark().line + 1) + ": " + message);
}

void only_keys(const YAML::Node& node, const std::set<std::string>& known) {
  if (!node.IsMap()) throw fault_at(node, "a map is expected");
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    if (!known.contains(key)) throw fault_at(entry.first, "unknown key \"" + key + "\"");
    if (!seen.insert(key).second) throw fault_at(entry.first, "key \"" + key + "\" stands twice");
  }
}

template <class T>
T value_or(const YAML::Node& node, const char* key, T fallback) {
  const YAML::Node found = node[key];
  if (!found) return fallback;
  try {
    return found.as<T>();
  } catch (const YAML::Exception&) {
    throw fault_at(found, std::string("\"") + key + "\" has the wrong type");
  }
}

template <class Enum>
Enum named(const YAML::Node& node, const std::string& name, const std::map<std::string, Enum>& names) {
  const auto found = names.find(name);
  if (found != names.end()) return found->second;
  std::string known;
  for (const auto& entry : names) known += " " + entry.first;
  throw fault_at(node, "\"" + name + "\" is none of:" + known);
}

const std::map<std::string, FaultKind> kFaults = {
    {"reset", FaultKind::kReset},
    {"close_empty", FaultKind::kCloseEmpty},
    {"close_mid_header", FaultKind::kCloseMidHeader},
    {"truncate", FaultKind::kTruncate},
    {"hang_headers", FaultKind::kHangHeaders},
    {"hang_body", FaultKind::kHangBody},
    {"slow", FaultKind::kSlow},
    {"slow_headers", FaultKind::kSlowHeaders},
    {"endless", FaultKind::kEndless},
    {"endless_headers", FaultKind::kEndlessHeaders},
    {"bad_chunk", FaultKind::kBadChunk},
    {"huge_header", FaultKind::kHugeHeader},
    {"many_headers", FaultKind::kManyHeaders},
    {"http09", FaultKind::kHttp09},
    {"garbage", FaultKind::kGarbage},
    {"bomb", FaultKind::kBomb},
    {"raw", FaultKind::kRaw},
};

const std::map<std::string, TlsKind> kTls = {
    {"none", TlsKind::kNone},
    {"good", TlsKind::kGood},
    {"expired", TlsKind::kExpired},
    {"wrong_name", TlsKind::kWrongName},
    {"self_signed", TlsKind::kSelfSigned},
    {"incomplete_chain", TlsKind::kIncompleteChain},
    {"tls10_only", TlsKind::kTls10Only},
    {"tlcp", TlsKind::kTlcp},
    {"handshake_failure", TlsKind::kHandshakeFailure},
    {"internal_error", TlsKind::kInternalError},
};

const std::map<std::string, ConnectKind> kConnect = {
    {"ok", ConnectKind::kOk}, {"refuse", ConnectKind::kRefuse}, {"drop", ConnectKind::kDrop}};

const std::map<std::string, DnsKind> kDns = {{"ok", DnsKind::kAddress},        {"nxdomain", DnsKind::kNxdomain},
                                             {"servfail", DnsKind::kServfail}, {"timeout", DnsKind::kTimeout},
                                             {"refused", DnsKind::kRefused},   {"nodata", DnsKind::kNodata}};

const std::map<std::string, MissingMode> kMissing = {{"404", MissingMode::kNotFound},
                                                     {"200", MissingMode::kSoftPage},
                                                     {"home", MissingMode::kRedirectHome},
                                                     {"random", MissingMode::kRandomPage}};

DnsAnswer parse_dns(const YAML::Node& node) {
  if (!node) return {};
  if (node.IsSequence()) return {DnsKind::kAddress, node.as<std::vector<std::string>>()};
  return {named(node, node.as<std::string>(), kDns), {}};
}

struct Item {
  std::string title;
  std::string date;
  std::string href;  // absolute path, or whatever the data says
  std::size_t number = 0;
};

struct Column {
  std::string name;
  std::string path;
  std::vector<Item> items;
};

// Reads one portal. Holds what pages share while they are made.
class Loader {
 public:
  explicit Loader(const std::filesystem::path& file) : directory_(file.parent_path()) {}
  void load(const YAML::Node& root, Portal& portal);

 private:
  std::string read_file(const YAML::Node& node, const std::filesystem::path& path) const;
  TemplateSources sources() const;
  std::string list_html(const std::string& name, int count) const;
  Variables variables_of(const YAML::Node& node, const char* key) const;
  void load_expectations(const YAML::Node& root, Portal& portal) const;

  Host load_host(const YAML::Node& node);
  void load_page(const YAML::Node& node, const std::string& path, Host& host);
  Answer load_answer(const YAML::Node& node, const std::string& path, const Host& host, const Variables& extra) const;
  std::string body_of(const YAML::Node& node, const std::string& path, const Variables& variables) const;
  void read_column(const std::string& key, const YAML::Node& node);
  void make_column(const std::string& key, const YAML::Node& node, Host& host) const;
  std::string default_text(std::size_t number) const;
  std::string absolute(const std::string& page, const Portal& portal) const;

  std::filesystem::path directory_;
  std::filesystem::path templates_;
  Variables portal_variables_, host_variables_;
  std::vector<std::string> paragraphs_;
  std::map<std::string, Column> columns_;  // of the host that is being read
};

const std::set<std::string> kAnswerKeys = {
    "template", "vars",    "title",    "body",  "file",     "hex",     "repeat",        "status",        "headers",
    "type",     "charset", "encoding", "meta",  "gzip",     "chunked", "validators",    "ranges",        "head",
    "delay_ms", "fault",   "redirect", "https", "sequence", "phases",  "query_charset", "redirect_chain"};

std::string Loader::read_file(const YAML::Node& node, const std::filesystem::path& path) const {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw fault_at(node, "cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

TemplateSources Loader::sources() const {
  return {[this](const std::string& name) {
            std::ifstream in(templates_ / (name + ".html"), std::ios::binary);
            if (!in) throw std::runtime_error("no template " + name);
            return std::string(std::istreambuf_iterator<char>(in), {});
          },
          [this](const std::string& name, int count) { return list_html(name, count); }};
}

std::string item_html(const Item& item, const std::string& base) {
  const std::string href =
      !base.empty() && item.href.starts_with(base) ? "./" + item.href.substr(base.size()) : item.href;
  return "<li><a href=\"" + href + "\" title=\"" + item.title + "\" target=\"_blank\">" + item.title +
         "</a><span class=\"date\">" + item.date + "</span></li>\n";
}

std::string Loader::list_html(const std::string& name, int count) const {
  const auto found = columns_.find(name);
  if (found == columns_.end()) throw std::runtime_error("no column " + name);
  const std::vector<Item>& items = found->second.items;
  const std::size_t end =
      count == 0 ? items.size() : std::min<std::size_t>(items.size(), static_cast<std::size_t>(count));
  std::string html;
  for (std::size_t i = 0; i < end; ++i) html += item_html(items[i], "");
  return html;
}

Variables Loader::variables_of(const YAML::Node& node, const char* key) const {
  Variables variables;
  if (!node[key]) return variables;
  for (const auto& entry : node[key]) variables[entry.first.as<std::string>()] = entry.second.as<std::string>();
  return variables;
}

std::string Loader::default_text(std::size_t number) const {
  std::string html;
  if (paragraphs_.empty()) return html;
  for (std::size_t i = 0; i < 3; ++i) {
    html += "<p>" + paragraphs_[(number * 7 + i * (number % 5 + 1)) % paragraphs_.size()] + "</p>\n";
  }
  return html;
}

std::string Loader::body_of(const YAML::Node& node, const std::string& path, const Variables& variables) const {
  if (node["hex"]) {
    std::string bytes;
    std::istringstream words(node["hex"].as<std::string>());
    for (std::string word; words >> word;) {
      for (std::size_t i = 0; i + 1 < word.size(); i += 2) {
        bytes.push_back(static_cast<char>(std::stoi(word.substr(i, 2), nullptr, 16)));
      }
    }
    return bytes;
  }
  if (node["file"]) return read_file(node["file"], directory_ / node["file"].as<std::string>());
  try {
    if (node["template"]) {
      return expand_template(sources().include(node["template"].as<std::string>()), variables, sources());
    }
    return expand_template(value_or<std::string>(node, "body", ""), variables, sources());
  } catch (const std::runtime_error& failure) {
    throw fault_at(node, path + ": " + failure.what());
  }
}

Answer Loader::load_answer(const YAML::Node& written, const std::string& path, const Host& host,
                           const Variables& extra) const {
  YAML::Node node = written;
  if (written.IsScalar() || written.IsNull()) {
    node.reset(YAML::Node(YAML::NodeType::Map));
    node["body"] = written.IsNull() ? "" : written.as<std::string>();
  }
  only_keys(node, kAnswerKeys);
  Answer answer;
  answer.status = value_or(node, "status", 200);
  const std::string media = media_type_of(path.substr(0, path.find('?')));
  answer.content_type = value_or(node, "type", media == "application/octet-stream" ? std::string("text/html") : media);
  const bool text = answer.content_type.starts_with("text/") || answer.content_type == "application/javascript";
  const auto charset = value_or<std::string>(node, "charset", text ? host.charset : "none");
  const std::string natural = charset == "none" ? host.charset : charset;
  const auto encoding = value_or<std::string>(node, "encoding", natural);
  answer.charset = charset == "none" ? "" : charset;
  Variables variables = portal_variables_;
  const auto add = [&variables](const Variables& more) {
    for (const auto& [name, value] : more) variables[name] = value;
  };
  add(host_variables_);
  add(extra);
  add(variables_of(node, "vars"));
  if (node["title"]) variables["title"] = node["title"].as<std::string>();
  if (node["body"]) variables["body"] = node["body"].as<std::string>();
  const auto meta = value_or<std::string>(node, "meta", encoding == "utf-16" ? "none" : encoding);
  variables["meta"] = meta == "none" ? "" : "<meta charset=\"" + meta + "\">";
  answer.body = body_of(node, path, variables);
  if (text && !node["hex"] && encoding != "utf-8") answer.body = encode_text(answer.body, encoding);
  if (const int times = value_or(node, "repeat", 1); times > 1) {
    const std::string once = answer.body;
    for (int i = 1; i < times; ++i) answer.body += once;
  }
  if (node["headers"]) {
    for (const auto& entry : node["headers"]) {
      answer.headers.emplace_back(entry.first.as<std::string>(), entry.second.as<std::string>());
    }
  }
  answer.gzip = value_or(node, "gzip", false);
  answer.chunked = value_or(node, "chunked", false);
  answer.validators = value_or(node, "validators", true);
  answer.ranges = value_or(node, "ranges", true);
  answer.head_status = value_or(node, "head", 0);
  answer.delay = std::chrono::milliseconds(value_or(node, "delay_ms", 0));
  if (node["fault"]) {
    std::istringstream words(node["fault"].as<std::string>());
    std::string kind;
    words >> kind >> answer.fault.amount;
    answer.fault.kind = named(node["fault"], kind, kFaults);
  }
  if (node["redirect"]) {
    std::string target = node["redirect"].as<std::string>();
    answer.status = 302;
    if (target.size() > 4 && target[0] == '3' && target[3] == ' ') {
      answer.status = std::stoi(target.substr(0, 3));
      target = target.substr(4);
    }
    answer.headers.emplace_back("Location", target);
  }
  if (node["https"]) answer.over_https.push_back(load_answer(node["https"], path, host, extra));
  for (const auto& part : node["sequence"]) answer.sequence.push_back(load_answer(part, path, host, extra));
  if (node["phases"]) {
    for (const auto& entry : node["phases"]) {
      answer.phases[entry.first.as<std::string>()] = load_answer(entry.second, path, host, extra);
    }
  }
  return answer;
}

void Loader::load_page(const YAML::Node& node, const std::string& path, Host& host) {
  if (!path.starts_with('/')) throw fault_at(node, "the path \"" + path + "\" does not begin with /");
  const bool map = node.IsMap();
  const int chain = map ? value_or(node, "redirect_chain", 0) : 0;
  for (int hop = 0; hop < chain; ++hop) {
    Answer redirect;
    redirect.status = 302;
    redirect.headers.emplace_back("Location", path + std::to_string(hop + 1));
    host.pages[hop == 0 ? path : path + std::to_string(hop)] = redirect;
  }
  std::string key = path;
  if (const std::size_t mark = path.find('?'); mark != std::string::npos) {
    const auto charset = map ? value_or<std::string>(node, "query_charset", "utf-8") : "utf-8";
    key = percent_decode(path.substr(0, mark)) + "?" + percent_decode(encode_text(path.substr(mark + 1), charset));
  } else {
    key = percent_decode(path);
  }
  if (chain > 0) key += std::to_string(chain);
  if (!host.pages.emplace(key, load_answer(node, path, host, {})).second) {
    throw fault_at(node, "the page " + path + " stands twice");
  }
}

void Loader::read_column(const std::string& key, const YAML::Node& node) {
  only_keys(node, {"name", "path", "per_page", "list", "article", "charset", "items", "vars"});
  Column& column = columns_[key];
  column.name = node["name"].as<std::string>();
  column.path = node["path"].as<std::string>();
  std::size_t number = 100;
  for (const auto& item : node["items"]) {
    number = value_or(item, "number", number + 1);
    const auto date = item["date"].as<std::string>();
    std::string digits = date;
    std::erase(digits, '-');
    const std::string usual =
        column.path + digits.substr(0, 6) + "/t" + digits + "_" + std::to_string(number) + ".html";
    column.items.push_back({item["title"].as<std::string>(), date,
                            value_or<std::string>(item, "href", value_or<std::string>(item, "slug", usual)), number});
  }
}

// The list pages with their pager, and a page for each item that does not lead elsewhere.
void Loader::make_column(const std::string& key, const YAML::Node& node, Host& host) const {
  const Column& column = columns_.at(key);
  const auto per_page = static_cast<std::size_t>(value_or(node, "per_page", 10));
  const std::size_t pages = std::max<std::size_t>(1, (column.items.size() + per_page - 1) / per_page);
  const auto page_name = [](std::size_t number) {
    return number == 0 ? std::string("index.html") : "index_" + std::to_string(number) + ".html";
  };
  Variables common = variables_of(node, "vars");
  common["column_name"] = column.name;
  common["column_path"] = column.path;
  common["title"] = column.name;
  for (std::size_t page = 0; page < pages; ++page) {
    Variables variables = common;
    std::string& items = variables["items"];
    for (std::size_t i = page * per_page; i < std::min(column.items.size(), (page + 1) * per_page); ++i) {
      items += item_html(column.items[i], column.path);
    }
    std::string& pager = variables["pager"];
    pager = "<a href=\"index.html\">首页</a>";
    if (page > 0) pager += "<a href=\"" + page_name(page - 1) + "\">上一页</a>";
    for (std::size_t other = 0; other < pages; ++other) {
      const std::string label = std::to_string(other + 1);
      pager += other == page ? "<span class=\"current\">" + label + "</span>"
                             : "<a href=\"" + page_name(other) + "\">" + label + "</a>";
    }
    if (page + 1 < pages) pager += "<a href=\"" + page_name(page + 1) + "\">下一页</a>";
    pager += "<span>共" + std::to_string(pages) + "页</span>";
    YAML::Node answer;
    answer["template"] = value_or<std::string>(node, "list", "list");
    if (node["charset"]) answer["charset"] = node["charset"];
    host.pages[column.path + page_name(page)] = load_answer(answer, column.path + page_name(page), host, variables);
    if (page == 0) host.pages[column.path] = host.pages[column.path + page_name(0)];
  }
  std::size_t at = 0;
  for (const auto& item : node["items"]) {
    const Item& known = column.items[at++];
    if (item["href"]) continue;
    Variables variables = common;
    variables["title"] = known.title;
    variables["date"] = known.date;
    variables["source"] = value_or<std::string>(item, "source", "本站");
    variables["body"] = default_text(known.number + column.path.size());
    YAML::Node answer;
    answer["template"] = value_or<std::string>(node, "article", "article");
    if (node["charset"]) answer["charset"] = node["charset"];
    for (const auto& entry : item) {
      const auto name = entry.first.as<std::string>();
      if (name != "title" && name != "date" && name != "source" && name != "slug" && name != "number")
        answer[name] = entry.second;
    }
    if (!host.pages.emplace(percent_decode(known.href), load_answer(answer, known.href, host, variables)).second) {
      throw fault_at(item, "the page " + known.href + " stands twice");
    }
  }
}

FileRoot load_root(const YAML::Node& node, const std::filesystem::path& directory) {
  only_keys(node, {"prefix", "directory", "index", "deleted", "assets", "encoding"});
  FileRoot root;
  root.prefix = value_or<std::string>(node, "prefix", "/");
  root.directory = directory / node["directory"].as<std::string>();
  if (!std::filesystem::is_directory(root.directory)) throw fault_at(node, "no directory " + root.directory.string());
  root.index = value_or<std::string>(node, "index", "index.html");
  for (const auto& deleted : node["deleted"]) root.deleted.insert(deleted.as<std::string>());
  root.assets = value_or(node, "assets", false);
  root.encoding = value_or<std::string>(node, "encoding", "");
  return root;
}

Host Loader::load_host(const YAML::Node& node) {
  only_keys(node, {"name", "aliases", "address", "http", "tls", "http_ports", "connect", "dns", "charset",
                   "last_modified", "assets", "missing", "not_found", "robots", "vars", "files", "pages", "columns"});
  Host host;
  host.name = node["name"].as<std::string>();
  host.aliases = value_or(node, "aliases", std::vector<std::string>{});
  host.address = value_or<std::string>(node, "address", "");
  host.http = value_or(node, "http", true);
  host.tls = named(node, value_or<std::string>(node, "tls", "none"), kTls);
  host.http_ports = value_or(node, "http_ports", std::vector<std::uint16_t>{});
  host.connect = named(node, value_or<std::string>(node, "connect", "ok"), kConnect);
  host.dns = parse_dns(node["dns"]);
  host.charset = value_or<std::string>(node, "charset", "utf-8");
  host.last_modified = value_or(node, "last_modified", host.last_modified);
  host.assets = value_or(node, "assets", false);
  host.missing = named(node, value_or<std::string>(node, "missing", "404"), kMissing);
  host_variables_ = variables_of(node, "vars");
  host_variables_["host"] = host.name;
  columns_.clear();
  for (const auto& root : node["files"]) host.files.push_back(load_root(root, directory_));
  if (node["columns"]) {
    for (const auto& entry : node["columns"]) read_column(entry.first.as<std::string>(), entry.second);
  }
  if (node["not_found"]) host.not_found = load_answer(node["not_found"], "/", host, {});
  if (node["robots"]) {
    host.pages["/robots.txt"] = load_answer(node["robots"], "/robots.txt", host, {});
  }
  if (node["pages"]) {
    for (const auto& entry : node["pages"]) load_page(entry.second, entry.first.as<std::string>(), host);
  }
  if (node["columns"]) {
    for (const auto& entry : node["columns"]) make_column(entry.first.as<std::string>(), entry.second, host);
  }
  return host;
}

// A path stands for a page of the home's host.
std::string Loader::absolute(const std::string& page, const Portal& portal) const {
  const std::size_t host_end = portal.home.find('/', portal.home.find("//") + 2);
  return page.starts_with('/') && !page.starts_with("//") ? portal.home.substr(0, host_end) + page : page;
}

void Loader::load_expectations(const YAML::Node& root, Portal& portal) const {
  for (const auto& node : root["expect"]) {
    only_keys(node, {"rule", "reason", "subject", "places", "count"});
    ExpectedFinding finding{node["rule"].as<std::string>(),
                            node["reason"].as<std::string>(),
                            absolute(node["subject"].as<std::string>(), portal),
                            {},
                            value_or(node, "count", 0)};
    for (const auto& place : node["places"]) finding.places.push_back(absolute(place.as<std::string>(), portal));
    if (finding.place_count == 0) finding.place_count = static_cast<int>(finding.places.size());
    portal.expect.push_back(std::move(finding));
  }
  for (const auto& node : root["expect_verdicts"]) {
    only_keys(node, {"url", "verdict", "reason", "note"});
    portal.expect_verdicts.push_back({absolute(node["url"].as<std::string>(), portal),
                                      node["verdict"].as<std::string>(), node["reason"].as<std::string>(),
                                      value_or<std::string>(node, "note", "")});
  }
  for (const auto& node : root["silent"]) {
    only_keys(node, {"url", "page", "why"});
    portal.silent.push_back({absolute(value_or<std::string>(node, "url", ""), portal),
                             absolute(value_or<std::string>(node, "page", ""), portal), node["why"].as<std::string>()});
  }
  for (const auto& node : root["cannot"]) {
    only_keys(node, {"reason", "why"});
    portal.cannot.push_back({node["reason"].as<std::string>(), node["why"].as<std::string>()});
  }
}

void Loader::load(const YAML::Node& root, Portal& portal) {
  only_keys(root, {"name", "home", "arguments", "templates", "vars", "paragraphs", "names", "hosts", "expect",
                   "expect_verdicts", "silent", "cannot"});
  portal.name = root["name"].as<std::string>();
  portal.home = value_or<std::string>(root, "home", "");
  portal.arguments = value_or(root, "arguments", std::vector<std::string>{});
  templates_ = directory_ / value_or<std::string>(root, "templates", "templates");
  portal_variables_ = variables_of(root, "vars");
  paragraphs_ = value_or(root, "paragraphs", std::vector<std::string>{});
  if (root["names"]) {
    for (const auto& entry : root["names"]) portal.names[entry.first.as<std::string>()] = parse_dns(entry.second);
  }
  for (const auto& node : root["hosts"]) portal.hosts.push_back(load_host(node));
  load_expectations(root, portal);
}

}  // namespace

std::string load_portal(const std::filesystem::path& file, Portal& portal) {
  try {
    portal = {};
    Loader(file).load(YAML::LoadFile(file.string()), portal);
    return "";
  } catch (const std::exception& failure) {
    return file.string() + ": " + failure.what();
  }
}

}  // namespace xuncha::portal
