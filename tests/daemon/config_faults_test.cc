#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "daemon/config/read.h"

// Every way to write the configuration wrongly, with the exact words that say so.
namespace xuncha {
namespace {

struct BadRow {
  std::string name;
  std::string text;
  std::vector<std::string> faults;  // "WHERE: MESSAGE", in order

  friend std::ostream& operator<<(std::ostream& out, const BadRow& row) { return out << row.name; }
};

const std::string kTopKeys = "rules, defaults, sites, sites_files, resolvers, anchors, contact, mail, web, storage";
const std::string kSiteKeys =
    "home, id, name, code, unit, hosts, ignore, maintenance, own, laboratory, max_pages, max_depth, rate, per_host, "
    "external, jitter, exclude, allow_cidr, intervals, confirmation, columns";

const std::vector<BadRow>& bad_rows() {
  static const std::vector<BadRow> rows = {
      {"Empty", "", {"x.yml:1: sites: is missing; the least is: sites: [{home: \"https://www.example.gov.cn/\"}]"}},
      {"NoMap", "- a\n", {"x.yml:1: the file: is a list, must be a map; permitted keys: " + kTopKeys}},
      {"UnknownTopKey",
       "sites: []\n"
       "site: []\n",
       {"x.yml:2: site: is unknown; did you mean sites? permitted: " + kTopKeys}},
      {"UnknownTopKeyFarFromAll",
       "sites: []\n"
       "flavour: 1\n",
       {"x.yml:2: flavour: is unknown; permitted: " + kTopKeys}},
      {"DuplicateTopKey",
       "sites: []\n"
       "sites: []\n",
       {"x.yml:2: sites: stands twice, first in line 1; permitted: once"}},
      {"SitesNoList", "sites: yes\n", {"x.yml:1: sites: is a single value, must be a list"}},
      {"SitesOfNothing", "sites:\n", {"x.yml:1: sites: is nothing, must be a list"}},
      {"NoSites",
       "contact: a@b.cn\n",
       {"x.yml:1: sites: is missing; the least is: sites: [{home: \"https://www.example.gov.cn/\"}]"}},
      {"SiteNoMap",
       "sites: [https://a.gov.cn/]\n",
       {"x.yml:1: sites[0]: is a single value, must be a map; permitted keys: " + kSiteKeys}},
      {"UnknownSiteKey",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  ignored: []\n",
       {"x.yml:3: sites[0].ignored: is unknown; did you mean ignore? permitted: " + kSiteKeys}},
      {"DuplicateSiteKey",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  own: true\n"
       "  own: false\n",
       {"x.yml:4: sites[0].own: stands twice, first in line 3; permitted: once"}},
      {"NoHome",
       "sites:\n"
       "- own: true\n",
       {"x.yml:2: sites[0].home: is missing; write it as https://www.example.gov.cn/"}},
      {"HomeNoUrl",
       "sites:\n"
       "- home: a.gov.cn\n",
       {"x.yml:2: sites[0].home: \"a.gov.cn\" is no http or https URL; write it as https://www.example.gov.cn/"}},
      {"HomeOfAnotherScheme",
       "sites:\n"
       "- home: ftp://a.gov.cn/\n",
       {"x.yml:2: sites[0].home: \"ftp://a.gov.cn/\" is no http or https URL; write it as "
        "https://www.example.gov.cn/"}},
      {"HomeWithPassword",
       "sites:\n"
       "- home: http://u:p@a.gov.cn/\n",
       {"x.yml:2: sites[0].home: holds a user name or password, which do not belong in a URL; write it without"}},
      {"HomeIsList",
       "sites:\n"
       "- home: [http://a.gov.cn/]\n",
       {"x.yml:2: sites[0].home: must be a text that is not empty"}},
      {"SameSiteTwice",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "- home: https://www.a.gov.cn/\n",
       {"x.yml:3: sites[1].home: is the same site as sites[0] in x.yml:2; permitted: one entry a site, which covers "
        "www. and bare host, http and https"}},
      {"SameIdTwice",
       "sites:\n"
       "- {home: http://a.gov.cn/, id: x}\n"
       "- {home: http://b.gov.cn/, id: x}\n",
       {"x.yml:3: sites[1].id: \"x\" is the id of sites[0] in x.yml:2; permitted: each id once"}},
      {"IdIsAnothersHost",
       "sites:\n"
       "- {home: http://a.gov.cn/, id: b.gov.cn}\n"
       "- {home: http://b.gov.cn/}\n",
       {"x.yml:3: sites[1].home: \"b.gov.cn\" is the id of sites[0] in x.yml:2; permitted: each id once"}},
      {"BadId",
       "sites:\n"
       "- {home: http://a.gov.cn/, id: 'A b'}\n",
       {"x.yml:2: sites[0].id: \"A b\" is no id; permitted: 1 to 100 of a-z, 0-9 and . - _ : ~, a letter or digit "
        "first"}},
      {"BadCode",
       "sites:\n"
       "- {home: http://a.gov.cn/, code: 12345}\n",
       {"x.yml:2: sites[0].code: \"12345\" is no site code (网站标识码); permitted: 10 digits, or letters and digits "
        "as bm01000001"}},
      {"HostWithPath",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  hosts: [b.gov.cn/x]\n",
       {"x.yml:3: sites[0].hosts[0]: \"b.gov.cn/x\" is no host name; write news.example.gov.cn"}},
      {"HostTwice",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  hosts: [b.gov.cn, B.gov.cn]\n",
       {"x.yml:3: sites[0].hosts[1]: stands twice; permitted: once"}},
      {"OwnNoBoolean",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  own: yes\n",
       {"x.yml:3: sites[0].own: must be true or false"}},
      {"BadExpression",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  exclude: ['(']\n",
       {"x.yml:3: sites[0].exclude[0]: \"(\" is no regular expression (RE2 syntax): missing ): ("}},
      {"BadRange",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  allow_cidr: [10.0.0.0/33]\n",
       {"x.yml:3: sites[0].allow_cidr[0]: \"10.0.0.0/33\" is no range; write 10.0.0.0/8 or fd00::/8"}},
      {"IgnoreWithoutReason",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  ignore:\n"
       "  - url: http://b/\n",
       {"x.yml:4: sites[0].ignore[0].reason: is missing: say why the finding is accepted"}},
      {"IgnoreOfNothing",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  ignore:\n"
       "  - reason: r\n",
       {"x.yml:4: sites[0].ignore[0]: needs either url or rule"}},
      {"IgnoreOfUrlAndRule",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  ignore:\n"
       "  - {url: http://b/, rule: link, reason: r}\n",
       {"x.yml:4: sites[0].ignore[0]: needs either url or rule"}},
      {"IgnoreOfUnknownRule",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  ignore:\n"
       "  - {rule: links, reason: r}\n",
       {"x.yml:4: sites[0].ignore[0].rule: \"links\" is no rule or family of rules; `xuncha rules` lists them"}},
      {"UntilNoDate",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  ignore:\n"
       "  - rule: link\n"
       "    until: 2026-02-30\n"
       "    reason: r\n",
       {"x.yml:5: sites[0].ignore[0].until: \"2026-02-30\" is no date; write it as 2026-12-31"}},
      {"TextWanted",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  ignore:\n"
       "  - {rule: link, reason: [r]}\n",
       {"x.yml:4: sites[0].ignore[0].reason: must be a text that is not empty"}},
      {"NameOfTwoLines",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  name: \"a\\nb\"\n",
       {"x.yml:3: sites[0].name: must be one line without control characters"}},
      {"MaxPagesZero",
       "defaults: {max_pages: 0}\n"
       "sites: []\n",
       {"x.yml:1: defaults.max_pages: \"0\" is no whole number within the bounds; permitted: 1 to 200000"}},
      {"MaxPagesTooMany",
       "defaults: {max_pages: 200001}\n"
       "sites: []\n",
       {"x.yml:1: defaults.max_pages: \"200001\" is no whole number within the bounds; permitted: 1 to 200000"}},
      {"MaxDepthNoNumber",
       "defaults: {max_depth: deep}\n"
       "sites: []\n",
       {"x.yml:1: defaults.max_depth: \"deep\" is no whole number; permitted: 0 to 20"}},
      {"RateTooFast",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  rate: 20\n",
       {"x.yml:3: sites[0].rate: is too fast for a guest; permitted: 0.001 to 10 requests a second (own: true or "
        "laboratory: true lifts that)"}},
      {"RateZeroAtSomebodyElses",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  rate: 0\n",
       {"x.yml:3: sites[0].rate: 0 lifts every limit; permitted: 0.001 to 10 requests a second (own: true or "
        "laboratory: true lifts that)"}},
      {"RateNegative",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  rate: -1\n",
       {"x.yml:3: sites[0].rate: \"-1\" is no number within the bounds; permitted: 0 to 1000"}},
      {"PerHostTooMany",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  per_host: 3\n",
       {"x.yml:3: sites[0].per_host: \"3\" is no whole number within the bounds; permitted: 1 to 2"}},
      {"JitterTooWide",
       "defaults: {jitter: 0.9}\n"
       "sites: []\n",
       {"x.yml:1: defaults.jitter: \"0.9\" is no number within the bounds; permitted: 0 to 0.5"}},
      {"IntervalTooShort",
       "defaults:\n"
       "  intervals:\n"
       "    home: 5s\n"
       "sites: []\n",
       {"x.yml:3: defaults.intervals.home: 5s is too short; permitted: 30m to 6h"}},
      {"IntervalTooLong",
       "defaults:\n"
       "  intervals:\n"
       "    news: 2d\n"
       "sites: []\n",
       {"x.yml:3: defaults.intervals.news: 2d is too long; permitted: 1h to 1d"}},
      {"IntervalNoDuration",
       "defaults:\n"
       "  intervals:\n"
       "    news: 6 hours\n"
       "sites: []\n",
       {"x.yml:3: defaults.intervals.news: \"6 hours\" is no duration; write it as 90s, 10m, 6h or 3d; permitted: 1h "
        "to 1d"}},
      {"IntervalWithoutUnit",
       "defaults:\n"
       "  intervals:\n"
       "    news: 6\n"
       "sites: []\n",
       {"x.yml:3: defaults.intervals.news: \"6\" is no duration; write it as 90s, 10m, 6h or 3d; permitted: 1h to 1d"}},
      {"IntervalOfUnknownClass",
       "defaults:\n"
       "  intervals:\n"
       "    artikle: 6h\n"
       "sites: []\n",
       {"x.yml:3: defaults.intervals.artikle: is unknown; did you mean article? permitted: probe_ipv4, probe_ipv6, "
        "home, news, notice, column, article, attachment, resource, external"}},
      {"SpacingTooShort",
       "defaults:\n"
       "  confirmation:\n"
       "    gone: [1m]\n"
       "sites: []\n",
       {"x.yml:3: defaults.confirmation.gone[0]: 1m is too short; permitted: 10m to 7d"}},
      {"SpacingsTooShortInAll",
       "defaults:\n"
       "  confirmation:\n"
       "    gone: [10m, 20m]\n"
       "sites: []\n",
       {"x.yml:3: defaults.confirmation.gone: confirms within 30m; permitted: from 1h in all (laboratory: true lifts "
        "that)"}},
      {"NoSpacings",
       "defaults:\n"
       "  confirmation:\n"
       "    gone: []\n"
       "sites: []\n",
       {"x.yml:3: defaults.confirmation.gone: is an empty list: a fault is never said at its first sight; permitted: 1 "
        "to 10 spacings"}},
      {"SpacingsNoList",
       "defaults:\n"
       "  confirmation:\n"
       "    gone: 6h\n"
       "sites: []\n",
       {"x.yml:3: defaults.confirmation.gone: is a single value, must be a list"}},
      {"NoRecoveries",
       "defaults:\n"
       "  confirmation:\n"
       "    recoveries: 0\n"
       "sites: []\n",
       {"x.yml:3: defaults.confirmation.recoveries: \"0\" is no whole number within the bounds; permitted: 1 to 10"}},
      {"LaboratoryDefaultsForAnHonestSite",
       "defaults:\n"
       "  laboratory: true\n"
       "  rate: 0\n"
       "  per_host: 8\n"
       "  intervals: {home: 5s}\n"
       "  confirmation: {gone: [1s]}\n"
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  laboratory: false\n",
       {"x.yml:8: sites[0].intervals.home: 5s, taken from defaults, is too short for a site that is neither own nor "
        "laboratory; permitted: 30m to 6h",
        "x.yml:8: sites[0].rate: the rate taken from defaults is too fast for a site that is neither own nor "
        "laboratory; permitted: 0.001 to 10 requests a second",
        "x.yml:8: sites[0].per_host: the number taken from defaults is too large for a site that is neither own nor "
        "laboratory; permitted: 1 to 2",
        "x.yml:8: sites[0].confirmation: the spacings taken from defaults are too short for a site that is no "
        "laboratory; permitted: from 1h in all"}},
      {"ColumnWithoutUrl",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - name: n\n",
       {"x.yml:4: sites[0].columns[0].url: is missing; write the address of the column's list"}},
      {"ColumnOfUnknownClass",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - url: http://a.gov.cn/n/\n"
       "    class: newz\n",
       {"x.yml:5: sites[0].columns[0].class: \"newz\" is unknown; did you mean news? permitted: news, notice, policy, "
        "interpretation, guide, report, interaction, topic, other"}},
      {"ColumnElsewhere",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - url: http://b.gov.cn/n/\n",
       {"x.yml:4: sites[0].columns[0].url: \"http://b.gov.cn/n/\" is not on this site; name its host in hosts if it "
        "belongs to it"}},
      {"ColumnTwice",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - {id: n, url: http://a.gov.cn/n/}\n"
       "  - {id: m, url: 'http://a.gov.cn/n/#x'}\n",
       {"x.yml:5: sites[0].columns[1].url: \"http://a.gov.cn/n/#x\" is another column's too; permitted: each list once "
        "a site"}},
      {"ColumnIdTwice",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - {id: n, url: http://a.gov.cn/n/}\n"
       "  - {id: n, url: http://a.gov.cn/m/}\n",
       {"x.yml:5: sites[0].columns[1].id: \"n\" is another column's too; permitted: each id once a site"}},
      {"ColumnIdThatWeMint",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - {id: c0123abcd, url: http://a.gov.cn/n/}\n",
       {"x.yml:4: sites[0].columns[0].id: \"c0123abcd\" looks like an id that xuncha gives itself (c and 8 hexadecimal "
        "digits); choose another"}},
      {"ColumnAgeZero",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - {url: http://a.gov.cn/n/, max_age_days: 0}\n",
       {"x.yml:4: sites[0].columns[0].max_age_days: \"0\" is no whole number within the bounds; permitted: 1 to 1096"}},
      {"ColumnItemsThatAreMoreThanWeRead",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - url: http://a.gov.cn/n/\n"
       "    items: ul > li\n",
       {"x.yml:5: sites[0].columns[0].items: \"ul > li\" has '>' at character 4; permitted: elements, .classes and "
        "#ids, and a blank for what stands below, as in \"div.news li\""}},
      {"ColumnItemsThatAreAComment",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - url: http://a.gov.cn/n/\n"
       "    items: #list li\n",
       {"x.yml:5: sites[0].columns[0].items: must be a text that is not empty"}},
      {"ColumnItemsAList",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - {url: http://a.gov.cn/n/, items: [ul, li]}\n",
       {"x.yml:4: sites[0].columns[0].items: must be a text that is not empty"}},
      {"ColumnDateWithoutItems",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - url: http://a.gov.cn/n/\n"
       "    date: span.date\n",
       {"x.yml:5: sites[0].columns[0].date: is looked for within an item; name the list's items too, by items"}},
      {"ColumnDateWithoutName",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - {url: http://a.gov.cn/n/, items: li, date: 'span.'}\n",
       {"x.yml:4: sites[0].columns[0].date: \"span.\" lacks a name behind .; permitted: elements, .classes and #ids, "
        "and a blank for what stands below, as in \"div.news li\""}},
      {"ColumnSelectorOfAnotherName",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - {url: http://a.gov.cn/n/, item: li}\n",
       {"x.yml:4: sites[0].columns[0].item: is unknown; did you mean items? permitted: id, name, url, class, "
        "max_age_days, items, date"}},
      {"ColumnThatCannotBeSeenInTime",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  columns:\n"
       "  - url: http://a.gov.cn/n/\n"
       "    class: topic\n"
       "    max_age_days: 1\n",
       {"x.yml:6: sites[0].columns[0].max_age_days: a visit each 12h, as often as class topic permits, is too rare for "
        "an age of 1d, which needs 4; permitted: class news, or at least 2 days"}},
      {"WindowWithoutEnd",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  maintenance:\n"
       "  - from: \"22:00\"\n",
       {"x.yml:4: sites[0].maintenance[0]: needs from and to; write {days: [sat], from: \"22:00\", to: \"06:00\"} or "
        "two times as 2026-05-01T08:00:00+08:00"}},
      {"WindowOfMixedTimes",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  maintenance:\n"
       "  - {from: \"22:00\", to: 2026-05-01}\n",
       {"x.yml:4: sites[0].maintenance[0]: from and to must both be HH:MM, or both a date or time as 2026-05-01 or "
        "2026-05-01T08:00:00+08:00"}},
      {"WindowThatEndsBeforeItBegins",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  maintenance:\n"
       "  - {from: 2026-05-02, to: 2026-05-01}\n",
       {"x.yml:4: sites[0].maintenance[0]: ends before it begins"}},
      {"WindowOfNothing",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  maintenance:\n"
       "  - {from: \"22:00\", to: \"22:00\"}\n",
       {"x.yml:4: sites[0].maintenance[0]: from and to are the same time; such a window is empty"}},
      {"WindowOfUnknownDay",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  maintenance:\n"
       "  - {days: [sunday], from: \"22:00\", to: \"23:00\"}\n",
       {"x.yml:4: sites[0].maintenance[0].days[0]: \"sunday\" is unknown; permitted: mon, tue, wed, thu, fri, sat, "
        "sun"}},
      {"SingleWindowWithDays",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  maintenance:\n"
       "  - {days: [sun], from: 2026-05-01, to: 2026-05-02}\n",
       {"x.yml:4: sites[0].maintenance[0].days: belongs to windows of each week, from HH:MM to HH:MM"}},
      {"ResolverNoAddress",
       "resolvers: [dns.example.cn]\n"
       "sites: []\n",
       {"x.yml:1: resolvers[0]: \"dns.example.cn\" is no address; write 192.0.2.1:53 or [2001:db8::1]:53"}},
      {"ResolverTwice",
       "resolvers: [192.0.2.1, \"192.0.2.1:53\"]\n"
       "sites: []\n",
       {"x.yml:1: resolvers[1]: stands twice; two resolvers that are one prove nothing"}},
      {"AnchorWithoutPort",
       "anchors: [192.0.2.1]\n"
       "sites: []\n",
       {"x.yml:1: anchors[0]: \"192.0.2.1\" is no anchor; write https://www.example.org/, 192.0.2.1:53 or "
        "[2001:db8::1]:53"}},
      {"AnchorTwice",
       "anchors: [\"192.0.2.1:53\", \"192.0.2.1:53\"]\n"
       "sites: []\n",
       {"x.yml:1: anchors[1]: stands twice; an anchor counts once"}},
      {"ContactNoAddress",
       "contact: call me\n"
       "sites: []\n",
       {"x.yml:1: contact: \"call me\" is no contact; write a mail address or an http(s) URL in ASCII"}},
      {"MailWithoutAll",
       "mail: {}\n"
       "sites: []\n",
       {"x.yml:1: mail.server: is missing; the least is: server: {host: mail.example.gov.cn}",
        "x.yml:1: mail.from: is missing; write it as xuncha@example.gov.cn",
        "x.yml:1: mail.routes: is missing; the least is: routes: [{to: [you@example.gov.cn]}]"}},
      {"PasswordInline",
       "mail:\n"
       "  server: {host: m.cn, user: u, password: p}\n"
       "  from: a@b.cn\n"
       "  routes: []\n"
       "sites: []\n",
       {"x.yml:2: mail.server.password: a secret does not stand in this file; name a file that holds it by "
        "password_file, or a systemd credential by credential",
        "x.yml:2: mail.server.password_file: is missing, though there is a user; or name a systemd credential by "
        "credential"}},
      {"UserWithoutPassword",
       "mail:\n"
       "  server: {host: m.cn, user: u}\n"
       "  from: a@b.cn\n"
       "  routes: []\n"
       "sites: []\n",
       {"x.yml:2: mail.server.password_file: is missing, though there is a user; or name a systemd credential by "
        "credential"}},
      {"PasswordWithoutUser",
       "mail:\n"
       "  server: {host: m.cn, credential: smtp}\n"
       "  from: a@b.cn\n"
       "  routes: []\n"
       "sites: []\n",
       {"x.yml:2: mail.server.user: is missing, though there is a password"}},
      {"TwoPlacesOfAPassword",
       "mail:\n"
       "  server: {host: m.cn, user: u, credential: smtp, password_file: /x}\n"
       "  from: a@b.cn\n"
       "  routes: []\n"
       "sites: []\n",
       {"x.yml:2: mail.server: has both password_file and credential; permitted: one of them"}},
      {"PasswordInTheClear",
       "mail:\n"
       "  server: {host: m.cn, user: u, credential: smtp, security: none}\n"
       "  from: a@b.cn\n"
       "  routes: []\n"
       "sites: []\n",
       {"x.yml:2: mail.server.security: none would send the password in the clear; permitted with user: starttls, tls, "
        "or a server on loopback"}},
      {"UnknownSecurity",
       "mail:\n"
       "  server: {host: m.cn, security: ssl}\n"
       "  from: a@b.cn\n"
       "  routes: []\n"
       "sites: []\n",
       {"x.yml:2: mail.server.security: \"ssl\" is unknown; permitted: starttls, tls, none"}},
      {"ServerHostWithPort",
       "mail:\n"
       "  server: {host: \"m.cn:25\"}\n"
       "  from: a@b.cn\n"
       "  routes: []\n"
       "sites: []\n",
       {"x.yml:2: mail.server.host: \"m.cn:25\" is no host name or address; write mail.example.gov.cn (the port has a "
        "key of its own)"}},
      {"PortTooLarge",
       "mail:\n"
       "  server: {host: m.cn, port: 65536}\n"
       "  from: a@b.cn\n"
       "  routes: []\n"
       "sites: []\n",
       {"x.yml:2: mail.server.port: \"65536\" is no whole number within the bounds; permitted: 1 to 65535"}},
      {"FromNoAddress",
       "mail:\n"
       "  server: {host: m.cn}\n"
       "  from: xuncha\n"
       "  routes: []\n"
       "sites: []\n",
       {"x.yml:3: mail.from: \"xuncha\" is no mail address; write wang@example.gov.cn or 王 <wang@example.gov.cn>"}},
      {"LanguageOfMailsUnknown",
       "mail:\n"
       "  server: {host: m.cn}\n"
       "  from: a@b.cn\n"
       "  routes: []\n"
       "  language: zh\n"
       "sites: []\n",
       {"x.yml:5: mail.language: \"zh\" is unknown; permitted: zh-CN, en"}},
      {"RouteToNobody",
       "mail:\n"
       "  server: {host: m.cn}\n"
       "  from: a@b.cn\n"
       "  routes:\n"
       "  - {}\n"
       "  - to: []\n"
       "sites: []\n",
       {"x.yml:5: mail.routes[0].to: is missing; write it as [wang@example.gov.cn]",
        "x.yml:6: mail.routes[1].to: is empty; permitted: at least one mail address"}},
      {"RouteToUnknownSite",
       "mail:\n"
       "  server: {host: m.cn}\n"
       "  from: a@b.cn\n"
       "  routes:\n"
       "  - {to: [a@b.cn], sites: [x.gov.cn, '*.edu.cn']}\n"
       "sites:\n"
       "- home: http://a.gov.cn/\n",
       {"x.yml:5: mail.routes[0].sites[0]: \"x.gov.cn\" is the id of no site; permitted: ids of sites, with * and ?",
        "x.yml:5: mail.routes[0].sites[1]: \"*.edu.cn\" is the id of no site; permitted: ids of sites, with * and ?"}},
      {"RouteOfUnknownUnit",
       "mail:\n"
       "  server: {host: m.cn}\n"
       "  from: a@b.cn\n"
       "  routes:\n"
       "  - {to: [a@b.cn], units: [某局]}\n"
       "sites:\n"
       "- home: http://a.gov.cn/\n",
       {"x.yml:5: mail.routes[0].units[0]: \"某局\" is the unit of no site; permitted: what a site has as unit"}},
      {"RouteOfUnknownSeverity",
       "mail:\n"
       "  server: {host: m.cn}\n"
       "  from: a@b.cn\n"
       "  routes:\n"
       "  - {to: [a@b.cn], severity: grave}\n"
       "sites: []\n",
       {"x.yml:5: mail.routes[0].severity: \"grave\" is unknown; permitted: info, minor, major, critical"}},
      {"RouteOfUnknownRule",
       "mail:\n"
       "  server: {host: m.cn}\n"
       "  from: a@b.cn\n"
       "  routes:\n"
       "  - {to: [a@b.cn], rules: [links]}\n"
       "sites: []\n",
       {"x.yml:5: mail.routes[0].rules[0]: \"links\" is no rule or family of rules; `xuncha rules` lists them"}},
      {"DigestNoTime",
       "mail:\n"
       "  server: {host: m.cn}\n"
       "  from: a@b.cn\n"
       "  routes:\n"
       "  - {to: [a@b.cn], digest: \"24:00\"}\n"
       "sites: []\n",
       {"x.yml:5: mail.routes[0].digest: \"24:00\" is no time of day; write \"08:30\" in Beijing time"}},
      {"ExternalUrlWithQuery",
       "web: {external_url: 'https://x.cn/?a'}\n"
       "sites: []\n",
       {"x.yml:1: web.external_url: \"https://x.cn/?a\" is no URL without query and credentials; write it as "
        "https://xuncha.example.gov.cn/"}},
      {"ListenWithoutPort",
       "web: {listen: [127.0.0.1]}\n"
       "sites: []\n",
       {"x.yml:1: web.listen[0]: \"127.0.0.1\" is no address and port; write 127.0.0.1:9788, 0.0.0.0:9788 or "
        "[::]:9788"}},
      {"QuotaNoSize",
       "storage: {quota: 20GB}\n"
       "sites: []\n",
       {"x.yml:1: storage.quota: \"20GB\" is no size; write it as 20GiB; permitted: from 256MiB"}},
      {"QuotaTooSmall",
       "storage: {quota: 1MiB}\n"
       "sites: []\n",
       {"x.yml:1: storage.quota: \"1MiB\" is too small; write it as 20GiB; permitted: from 256MiB"}},
      {"RetentionTooShort",
       "storage: {retention: {urls: 1d}}\n"
       "sites: []\n",
       {"x.yml:1: storage.retention.urls: 1d is too short; permitted: 30d to 3660d"}},
      {"RulesNoMap",
       "rules: [link]\n"
       "sites: []\n",
       {"x.yml:1: rules: must be a map of rules and families, as `xuncha rules` lists them"}},
      {"UnknownRule",
       "rules:\n"
       "  link.brocken: {enabled: false}\n"
       "sites: []\n",
       {"x.yml:2: rules: \"link.brocken\" is no rule or family of rules; `xuncha rules` lists them"}},
      {"UnknownSeverityOfRule",
       "rules:\n"
       "  link.broken: {severity: high}\n"
       "sites: []\n",
       {"x.yml:2: rules.link.broken.severity: \"high\" is unknown; permitted: info, minor, major, critical"}},
      {"UnknownThreshold",
       "rules:\n"
       "  site.tls: {days: 30}\n"
       "sites: []\n",
       {"x.yml:2: rules.site.tls.days: is unknown; permitted: enabled, severity, expires_within"}},
      {"ThresholdOutOfBounds",
       "rules:\n"
       "  site.unreachable: {share: 5}\n"
       "sites: []\n",
       {"x.yml:2: rules.site.unreachable.share: \"5\" is no number within the bounds; permitted: 0.001 to 1"}},
      {"RuleTwice",
       "rules:\n"
       "  link: {enabled: false}\n"
       "  link: {enabled: true}\n"
       "sites: []\n",
       {"x.yml:3: rules.link: stands twice, first in line 2; permitted: once"}},
      {"MoreRequestsThanPolitenessPermits",
       "defaults:\n"
       "  max_pages: 200000\n"
       "  intervals: {article: 1d}\n"
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "- home: http://b.gov.cn/\n",
       {"x.yml:2: defaults.max_pages: 200000 pages at these intervals need 204726 requests a day; politeness permits "
        "86400; what would do: max_pages of 84156 or less, or intervals of articles, attachments and resources 3 times "
        "as long"}},
      {"SitesOfOneHostTogether",
       "defaults: {max_pages: 200000, intervals: {article: 4d}}\n"
       "sites:\n"
       "- home: http://a.gov.cn/x/\n"
       "- home: http://a.gov.cn/y/\n",
       {"x.yml:4: sites[1].home: the 2 sites at a.gov.cn need together 127 % of the requests that politeness permits "
        "there; what would do: smaller max_pages or longer intervals for them"}},
      {"ThresholdTooShort",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  intervals: {home: 6h}\n"
       "rules:\n"
       "  home.stale: {max_age: 20h}\n",
       {"x.yml:5: rules.home.stale.max_age: 20h is too short; permitted: 1d to 366d"}},
      {"IntervalTooRareForItsRule",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  intervals: {news: 24h}\n"
       "rules:\n"
       "  column.stale: {news: 2d}\n",
       {"x.yml:3: sites[0].intervals.news: a visit each 1d is too rare for rules.column.stale.news of 2d, which needs "
        "4; permitted: at most 12h here, or a limit of 4d or more"}},
      {"Alias",
       "sites:\n"
       "- &a\n"
       "  home: http://a.gov.cn/\n"
       "- *a\n",
       {"x.yml:2: an anchor (&) is not supported; what sites share belongs in defaults",
        "x.yml:4: an alias (*) is not supported; what sites share belongs in defaults"}},
      {"Tag",
       "sites:\n"
       "- home: !!str http://a.gov.cn/\n",
       {"x.yml:2: the tag tag:yaml.org,2002:str is not supported; write the value alone"}},
      {"MergeKey",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "  <<: {own: true}\n",
       {"x.yml:3: sites[0].<<: is unknown; permitted: " + kSiteKeys}},
      {"TwoDocuments",
       "sites: []\n"
       "---\n"
       "sites: []\n",
       {"x.yml:2: a second document begins here (---); a file holds one"}},
      {"TabBehindADash",
       "sites:\n"
       "-\thome: http://a.gov.cn/\n",
       {"x.yml:2: a tab in the indentation; YAML permits only spaces there"}},
      {"TabInIndentation",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       "\town: true\n",
       {"x.yml:3: a tab in the indentation; YAML permits only spaces there"}},
      {"ListAsKey",
       "sites: []\n"
       "? [a]\n"
       ": b\n",
       {"x.yml:2: a key must be a single word"}},
      {"Unclosed",
       "sites:\n"
       "- home: [\n",
       {"x.yml:3: is no YAML: end of sequence flow not found"}},
      {"WrongIndentation",
       "sites:\n"
       "- home: http://a.gov.cn/\n"
       " own: true\n",
       {"x.yml:3: is no YAML: end of sequence not found"}},
      {"AllFaultsAtOnce",
       "sites:\n"
       "- home: x\n"
       "  own: 1\n"
       "  color: red\n"
       "contact: nobody\n"
       "defaults:\n"
       "  rate: fast\n",
       {"x.yml:2: sites[0].home: \"x\" is no http or https URL; write it as https://www.example.gov.cn/",
        "x.yml:3: sites[0].own: must be true or false", "x.yml:4: sites[0].color: is unknown; permitted: " + kSiteKeys,
        "x.yml:5: contact: \"nobody\" is no contact; write a mail address or an http(s) URL in ASCII",
        "x.yml:7: defaults.rate: \"fast\" is no number; permitted: 0 to 1000"}},
  };
  return rows;
}

class BadConfiguration : public testing::TestWithParam<BadRow> {};

TEST_P(BadConfiguration, IsRefusedWithLineAndKey) {
  std::vector<std::string> faults;
  for (const Error& fault : parse_configuration(GetParam().text, "x.yml").faults) {
    EXPECT_EQ(fault.code, ErrorCode::kConfiguration);
    faults.push_back(fault.where + ": " + fault.message);
  }
  EXPECT_EQ(faults, GetParam().faults);
}

INSTANTIATE_TEST_SUITE_P(Rows, BadConfiguration, testing::ValuesIn(bad_rows()),
                         [](const testing::TestParamInfo<BadRow>& row) { return row.param.name; });

}  // namespace
}  // namespace xuncha
