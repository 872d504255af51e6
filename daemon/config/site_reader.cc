#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/limits.h"
#include "core/site.h"
#include "daemon/config/config_reader.h"
#include "daemon/config/values.h"

namespace xuncha {
namespace {

constexpr std::size_t kIdBytesMax = 100;
constexpr std::size_t kColumnIdBytesMax = 40;
constexpr std::size_t kHostsMax = 1'000;
constexpr std::size_t kColumnsMax = 2'000;
constexpr std::size_t kWindowsMax = 200;
constexpr std::uint64_t kAgeDaysMax = 1'096;
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::uint8_t kEveryDay = 0x7F;

// Small letters and digits, with the marks between them.
bool is_id(std::string_view text, std::string_view marks, std::size_t bytes_max) {
  return !text.empty() && text.size() <= bytes_max && kLower.find(text.front()) != std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [marks](char c) {
           return kLower.find(c) != std::string_view::npos || marks.find(c) != std::string_view::npos;
         });
}

// "c" and 8 hexadecimal digits: ids that the program gives itself.
bool is_minted_id(std::string_view text) {
  return text.size() == 9 && text.front() == 'c' &&
         text.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos;
}

std::string without_www(std::string id) {
  if (id.starts_with("www.")) id.erase(0, 4);
  return id;
}

}  // namespace

void ConfigReader::read_site(const ConfigValue& value) {
  SiteConfig site;
  static_cast<SiteOptions&>(site) = configuration_.defaults;
  OptionPlaces places;
  places.place = reader_.place(value);
  places.key = value.key;
  const auto text = [this](std::string& field) {
    return [this, &field](const ConfigValue& each) { field = reader_.text(each).value_or(""); };
  };
  const auto each = [this, &site](void (ConfigReader::*read)(const ConfigValue&, SiteConfig&), std::size_t most) {
    return [this, &site, read, most](const ConfigValue& list) {
      reader_.list(
          list, [&](const ConfigValue& one) { (this->*read)(one, site); }, most);
    };
  };
  bool has_home = false;
  Keys keys = {
      {"home",
       [&](const ConfigValue& home) {
         has_home = true;
         read_home(home, site);
       }},
      {"id", [&](const ConfigValue& id) { read_id(id, site); }},
      {"name", text(site.name)},
      {"code", [&](const ConfigValue& code) { read_code(code, site); }},
      {"unit", text(site.unit)},
      {"hosts", each(&ConfigReader::read_host, kHostsMax)},
      {"ignore", each(&ConfigReader::read_ignore, limits::kConfigurationListMax)},
      {"maintenance", each(&ConfigReader::read_window, kWindowsMax)},
  };
  for (ValueReader::Key& key : option_keys(site, places)) keys.push_back(std::move(key));
  keys.push_back({"columns", [&](const ConfigValue& columns) { read_columns(columns, site, places); }});
  const bool is_map = reader_.map(value, keys);
  if (is_map && !has_home) reader_.note_below(value, "home", "is missing; write it as https://www.example.gov.cn/");
  if (site.home.href().empty()) {
    has_lost_sites_ = true;
    return;
  }
  check_inherited(value, site, places);
  fit_to_windows(site, places);
  keep_site(value, std::move(site), std::move(places));
}

void ConfigReader::keep_site(const ConfigValue& value, SiteConfig site, OptionPlaces places) {
  const std::string home = site_id(site.home);
  const bool has_id = !site.id.empty();
  if (!has_id) site.id = home;
  const std::string name = value.key + " in " + reader_.faults().where(places.place);
  const auto [of_home, new_home] = site_of_home_.emplace(without_www(home), name);
  if (!new_home) {
    return reader_.note_below(value, "home",
                              "is the same site as " + of_home->second +
                                  "; permitted: one entry a site, which covers " +
                                  "www. and bare host, http and https");
  }
  const auto [of_id, new_id] = site_of_id_.emplace(site.id, name);
  if (!new_id) {
    return reader_.note_below(value, has_id ? "id" : "home",
                              quote(site.id) + " is the id of " + of_id->second + "; permitted: each id once");
  }
  configuration_.sites.push_back(std::move(site));
  places_.push_back(std::move(places));
}

void ConfigReader::read_home(const ConfigValue& value, SiteConfig& site) {
  const auto text = reader_.text(value);
  if (!text) return;
  UrlParse parsed = parse_url(*text);
  if (!parsed.url) {
    return reader_.note(value, quote(*text) + " is no http or https URL; write it as https://www.example.gov.cn/");
  }
  if (parsed.url->has_credentials()) {
    return reader_.note(value, "holds a user name or password, which do not belong in a URL; write it without");
  }
  if (parsed.url->href().size() > limits::kUrlBytesMax) {
    return reader_.note(value, "is too long; permitted: at most " + std::to_string(limits::kUrlBytesMax) + " bytes");
  }
  site.home = std::move(*parsed.url);
}

void ConfigReader::read_id(const ConfigValue& value, SiteConfig& site) {
  const auto text = reader_.text(value);
  if (!text) return;
  if (!is_id(*text, ".-_:~", kIdBytesMax)) {
    return reader_.note(value, quote(*text) +
                                   " is no id; permitted: 1 to 100 of a-z, 0-9 and . - _ : ~, a letter or "
                                   "digit first");
  }
  site.id = *text;
}

void ConfigReader::read_code(const ConfigValue& value, SiteConfig& site) {
  const auto text = reader_.text(value);
  if (!text) return;
  if (text->size() != 10 || !is_id(*text, "", 10)) {
    return reader_.note(value, quote(*text) +
                                   " is no site code (网站标识码); permitted: 10 digits, or letters and "
                                   "digits as bm01000001");
  }
  site.code = *text;
}

void ConfigReader::read_host(const ConfigValue& value, SiteConfig& site) {
  const auto text = reader_.text(value);
  if (!text) return;
  // The host as URLs have it: lower case, Chinese names as A-labels.
  const UrlParse parsed = parse_url("http://" + *text + "/");
  const bool host_only = parsed.url && parsed.url->path() == "/" && !parsed.url->has_query() &&
                         parsed.url->fragment().empty() && !parsed.url->has_credentials() &&
                         parsed.url->has_default_port() && text->find(':') == std::string::npos;
  if (!host_only) return reader_.note(value, quote(*text) + " is no host name; write news.example.gov.cn");
  std::string host(parsed.url->host());
  if (std::find(site.hosts.begin(), site.hosts.end(), host) != site.hosts.end()) {
    return reader_.note(value, "stands twice; permitted: once");
  }
  site.hosts.push_back(std::move(host));
}

void ConfigReader::read_ignore(const ConfigValue& value, SiteConfig& site) {
  IgnoreRule ignore;
  const std::size_t faults = reader_.faults().size();
  const auto text = [this](std::string& field) {
    return [this, &field](const ConfigValue& each) { field = reader_.text(each).value_or(""); };
  };
  const bool is_map = reader_.map(value, Keys{{"url", text(ignore.url)},
                                              {"rule",
                                               [&](const ConfigValue& each) {
                                                 const auto rule = reader_.text(each);
                                                 if (rule && is_rule(each, *rule)) ignore.rule = *rule;
                                               }},
                                              {"until", [&](const ConfigValue& each) { read_until(each, ignore); }},
                                              {"reason", text(ignore.reason)}});
  if (!is_map || reader_.faults().size() != faults) return;
  if (ignore.url.empty() == ignore.rule.empty()) reader_.note(value, "needs either url or rule");
  if (ignore.reason.empty()) reader_.note_below(value, "reason", "is missing: say why the finding is accepted");
  site.ignore.push_back(std::move(ignore));
}

void ConfigReader::read_until(const ConfigValue& value, IgnoreRule& ignore) {
  const std::string& text = value.node->text;
  const auto time = text.size() == 10 ? parse_time(text) : std::nullopt;
  if (!time) return reader_.note(value, quote(text) + " is no date; write it as 2026-12-31");
  ignore.until = beijing_day(*time);
}

// --- columns -------------------------------------------------------------------------------------------------------

// The last key of a site that is read: what columns are held against is known then.
void ConfigReader::read_columns(const ConfigValue& value, SiteConfig& site, OptionPlaces& places) {
  fit_to_windows(site, places);
  std::optional<SiteScope> scope;
  if (!site.home.href().empty()) scope.emplace(site.home, site.hosts);
  std::set<std::string> ids;
  std::set<std::string> urls;
  const auto read = [&](const ConfigValue& each) {
    std::optional<ColumnConfig> column = read_column(each, places);
    if (!column) return;
    // Two entries for one column would be judged twice; a column elsewhere would never be crawled.
    if (!column->id.empty() && !ids.insert(column->id).second) {
      reader_.note_below(each, "id", quote(column->id) + " is another column's too; permitted: each id once a site");
    }
    if (!urls.insert(url_key(column->url)).second) {
      reader_.note_below(each, "url",
                         quote(column->url.href()) + " is another column's too; permitted: each list once a site");
    }
    if (scope && !scope->contains(column->url)) {
      reader_.note_below(
          each, "url", quote(column->url.href()) + " is not on this site; name its host in hosts if it belongs to it");
    }
    column->interval = site.intervals[revisit_class_of(column->column_class)];
    if (column->max_age_days) {
      const Milliseconds window = std::chrono::hours(24 * *column->max_age_days);
      column->interval.max = std::max(std::min(column->interval.max, window / kVisitsPerWindow), column->interval.min);
      column->interval.start = std::min(column->interval.start, column->interval.max);
    }
    site.columns.push_back(std::move(*column));
  };
  reader_.list(value, read, kColumnsMax);
}

std::optional<ColumnConfig> ConfigReader::read_column(const ConfigValue& value, OptionPlaces& places) {
  ColumnConfig column;
  std::optional<ItemSelector> items;
  std::optional<ItemSelector> date;
  std::optional<ConfigValue> date_at;
  const std::size_t faults = reader_.faults().size();
  const bool is_map =
      reader_.map(value, Keys{{"id", [&](const ConfigValue& each) { read_column_id(each, column); }},
                              {"name", [&](const ConfigValue& each) { column.name = reader_.text(each).value_or(""); }},
                              {"url", [&](const ConfigValue& each) { read_column_url(each, column); }},
                              {"class",
                               [&](const ConfigValue& each) {
                                 const auto index = reader_.choice(each, column_class_names());
                                 if (index) column.column_class = static_cast<ColumnClass>(*index);
                               }},
                              {"max_age_days",
                               [&](const ConfigValue& each) {
                                 const auto days = reader_.whole(each, 1, kAgeDaysMax);
                                 if (days) column.max_age_days = static_cast<std::uint32_t>(*days);
                                 places.keys.emplace_back(each.key.substr(places.key.size() + 1), reader_.place(each));
                               }},
                              {"items", [&](const ConfigValue& each) { items = read_selector(each); }},
                              {"date", [&](const ConfigValue& each) { date = read_selector(*(date_at = each)); }}});
  if (!is_map || reader_.faults().size() != faults) return std::nullopt;
  if (date && !items) {
    reader_.note(*date_at, "is looked for within an item; name the list's items too, by items");
    return std::nullopt;
  }
  if (items) column.selection = ListSelection{std::move(*items), std::move(date)};
  if (column.url.href().empty()) {
    reader_.note_below(value, "url", "is missing; write the address of the column's list");
    return std::nullopt;
  }
  places.keys.emplace_back(value.key.substr(places.key.size() + 1), reader_.place(value));
  return column;
}

std::optional<ItemSelector> ConfigReader::read_selector(const ConfigValue& value) {
  const auto text = reader_.text(value);
  if (!text) return std::nullopt;
  ItemSelector::Parse parsed = ItemSelector::parse(*text);
  if (!parsed.selector) reader_.note(value, quote(*text) + " " + parsed.fault);
  return std::move(parsed.selector);
}

void ConfigReader::read_column_id(const ConfigValue& value, ColumnConfig& column) {
  const auto text = reader_.text(value);
  if (!text) return;
  if (!is_id(*text, "-_", kColumnIdBytesMax)) {
    return reader_.note(value,
                        quote(*text) + " is no id; permitted: 1 to 40 of a-z, 0-9, - and _, a letter or digit first");
  }
  if (is_minted_id(*text)) {
    return reader_.note(value, quote(*text) +
                                   " looks like an id that xuncha gives itself (c and 8 hexadecimal digits);"
                                   " choose another");
  }
  column.id = *text;
}

void ConfigReader::read_column_url(const ConfigValue& value, ColumnConfig& column) {
  const auto text = reader_.text(value);
  if (!text) return;
  UrlParse parsed = parse_url(*text);
  if (!parsed.url) {
    return reader_.note(value, quote(*text) + " is no http or https URL; write the whole address of the column's list");
  }
  column.url = std::move(*parsed.url);
}

// --- maintenance ---------------------------------------------------------------------------------------------------

void ConfigReader::read_window(const ConfigValue& value, SiteConfig& site) {
  MaintenanceWindow window;
  std::string from;
  std::string to;
  const std::size_t faults = reader_.faults().size();
  const auto text = [this](std::string& field) {
    return [this, &field](const ConfigValue& each) { field = reader_.text(each).value_or(""); };
  };
  const auto add_day = [&](const ConfigValue& each) {
    if (const auto day = reader_.choice(each, kWeekdays)) {
      window.weekdays = static_cast<std::uint8_t>(window.weekdays | 1u << *day);
    }
  };
  const bool is_map = reader_.map(
      value, Keys{{"from", text(from)},
                  {"to", text(to)},
                  {"days", [&](const ConfigValue& days) { reader_.list(days, add_day, std::size(kWeekdays)); }},
                  {"reason", text(window.reason)}});
  if (!is_map || reader_.faults().size() != faults) return;
  if (from.empty() || to.empty()) {
    return reader_.note(value,
                        "needs from and to; write {days: [sat], from: \"22:00\", to: \"06:00\"} or two times as "
                        "2026-05-01T08:00:00+08:00");
  }
  const auto from_time = parse_time_of_day(from);
  const auto to_time = parse_time_of_day(to);
  if (from_time && to_time) {
    if (*from_time == *to_time) return reader_.note(value, "from and to are the same time; such a window is empty");
    if (window.weekdays == 0) window.weekdays = kEveryDay;
    window.from = *from_time;
    window.to = *to_time;
  } else {
    const auto begin = parse_time(from);
    const auto end = parse_time(to);
    if (!begin || !end) {
      return reader_.note(value,
                          "from and to must both be HH:MM, or both a date or time as 2026-05-01 or "
                          "2026-05-01T08:00:00+08:00");
    }
    if (window.weekdays != 0)
      return reader_.note_below(value, "days", "belongs to windows of each week, from HH:MM to HH:MM");
    if (*end <= *begin) return reader_.note(value, "ends before it begins");
    window.begin = *begin;
    window.end = *end;
  }
  site.maintenance.push_back(std::move(window));
}

}  // namespace xuncha
