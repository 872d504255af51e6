#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// The rules of the house, checked on the sources: which room may include which, where each library may be named, and
// what no file may hold. Every rule is a function of one file's path and text, so that each can be seen to fail.

namespace xuncha {
namespace {

using std::string;
using std::string_view;

struct Source {
  string path;  // from the top of the repository
  string text;
};

// A room and those it may include. Files under tests/ may include everything; no room includes tests/.
struct Room {
  string_view name;
  std::vector<string_view> includes;
};
const std::vector<Room> kRooms = {
    {"core", {"core"}},
    {"crawler", {"core", "crawler"}},
    {"detectors", {"core", "detectors"}},
    {"storage", {"core", "storage"}},
    {"daemon", {"core", "crawler", "detectors", "storage", "daemon"}},
    {"tests", {"core", "crawler", "detectors", "storage", "daemon", "tests"}},
};

// Where a library's headers may be named: one adapter each. A row that no longer holds is a fault too. Tests speak to
// libraries as they need.
struct Library {
  string_view header;              // a header, or a folder of headers with its slash
  std::vector<string_view> files;  // or "daemon/cli*": the files of a family, whose names begin so
};
const std::vector<Library> kLibraries = {
    {"openssl/",
     {"core/digest.cc", "crawler/ca_bundle.cc", "crawler/certificate.cc", "crawler/curl_transfer.cc",
      "crawler/curl_transfer.h", "crawler/outcome.cc", "daemon/web/http_server.cc"}},
    {"xxhash.h", {"core/digest.cc"}},
    {"idn2.h", {"core/idna.cc"}},
    {"libpsl.h", {"core/public_suffix.cc"}},
    {"emmintrin.h", {"crawler/byte_search.h"}},
    {"tmmintrin.h", {"crawler/utf8_validation.cc"}},
    {"unicode/", {"crawler/charset_decoders.cc", "crawler/charset_encodings.cc", "daemon/report/escape.cc"}},
    {"uchardet/", {"crawler/charset_detect.cc"}},
    {"boost/asio/",
     {"crawler/curl_multi.cc", "crawler/curl_shard.cc", "crawler/epoll_watch.cc", "crawler/resolver.cc",
      "crawler/zone_look.cc", "daemon/cli/check.cc", "daemon/patrol/page_fetch.cc", "daemon/service/service.cc",
      "daemon/service/tcp_connect.cc", "daemon/web/http_server.cc", "daemon/web/http_session*"}},
    {"boost/beast/", {"daemon/web/http_session.cc"}},
    {"crypt.h", {"daemon/web/password_checker.cc"}},
    {"prometheus/", {"daemon/web/metrics.cc"}},
    {"curl/", {"crawler/curl_multi.h", "crawler/curl_transfer.h", "crawler/outcome.cc", "daemon/mail/smtp_session.cc"}},
    {"ares.h", {"crawler/resolver.cc", "crawler/zone_look.cc"}},
    {"gumbo.h", {"crawler/html_tree.cc"}},
    {"expat.h", {"crawler/sitemap.cc"}},
    {"zlib.h", {"crawler/sitemap.cc"}},
    {"rocksdb/", {"storage/backup.cc", "storage/check.cc", "storage/database.cc", "storage/gather.cc"}},
    {"re2/", {"daemon/cli/check_options.cc"}},
    {"CLI/", {"daemon/cli/cli*"}},
    {"nlohmann/",
     {"daemon/cli/batch*", "daemon/cli/cli_questions.cc", "daemon/cli/command_*", "daemon/report/record_json.cc",
      "daemon/report/record_reader.cc", "daemon/log.cc", "daemon/web/api.cc", "daemon/web/http.cc"}},
    {"spdlog/", {"daemon/log.cc"}},
    {"yaml-cpp/", {"daemon/config/yaml_tree.cc", "daemon/web/web_config.cc"}},
    {"systemd/", {"daemon/service/service_manager.cc"}},
};

// Headers of the operating system; core and detectors are pure and use none, nor what the standard library has of it.
constexpr string_view kSystemFolders[] = {"sys/", "netinet/", "arpa/", "linux/"};
constexpr string_view kSystemHeaders[] = {"unistd.h", "fcntl.h",  "netdb.h",   "signal.h", "spawn.h", "malloc.h",
                                          "stdlib.h", "setjmp.h", "pthread.h", "poll.h",   "time.h"};
constexpr string_view kPureRooms[] = {"core", "detectors"};
constexpr string_view kImpureHeaders[] = {"filesystem", "fstream", "iostream", "thread", "mutex", "future", "random"};

// Words that mark unfinished work, in small letters here so that this file does not hold them.
constexpr string_view kMarks[] = {"todo", "fixme", "xxx", "hack"};

using Faults = std::vector<string>;

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

string upper(string_view text) {
  string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

template <class Items>
bool holds(const Items& items, string_view wanted) {
  return std::find(std::begin(items), std::end(items), wanted) != std::end(items);
}

template <class Items>
bool begins_with_any(string_view text, const Items& items) {
  return std::any_of(std::begin(items), std::end(items), [text](string_view item) { return text.starts_with(item); });
}

string_view room_of(string_view path) {
  return path.substr(0, path.find('/'));
}

template <class Visitor>
void each_line(string_view text, Visitor visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

struct Include {
  string name;
  bool is_ours = false;  // in quotation marks
};

std::vector<Include> includes_of(const Source& source) {
  std::vector<Include> found;
  const auto skip_space = [](string_view& line) {
    while (line.starts_with(' ') || line.starts_with('\t')) line.remove_prefix(1);
  };
  each_line(source.text, [&](string_view line) {
    for (const string_view word : {"#", "include"}) {
      skip_space(line);
      if (!line.starts_with(word)) return;
      line.remove_prefix(word.size());
    }
    skip_space(line);
    if (!line.starts_with('"') && !line.starts_with('<')) return;
    const bool is_ours = line.front() == '"';
    line.remove_prefix(1);
    found.push_back({string(line.substr(0, line.find(is_ours ? '"' : '>'))), is_ours});
  });
  return found;
}

const Library* library_of(string_view header) {
  for (const Library& library : kLibraries) {
    const bool is_folder = library.header.ends_with('/');
    if (is_folder ? header.starts_with(library.header) : header == library.header) return &library;
  }
  return nullptr;
}

bool fits(string_view row, string_view path) {
  return row.ends_with('*') ? path.starts_with(row.substr(0, row.size() - 1)) : path == row;
}

bool allows(const Library& library, string_view path) {
  return std::any_of(library.files.begin(), library.files.end(), [path](string_view row) { return fits(row, path); });
}

Faults room_faults(const Source& source) {
  Faults faults;
  const auto room =
      std::find_if(kRooms.begin(), kRooms.end(), [&](const Room& known) { return known.name == room_of(source.path); });
  for (const Include& include : includes_of(source)) {
    if (!include.is_ours) continue;
    if (room == kRooms.end() || !holds(room->includes, room_of(include.name))) {
      faults.push_back(source.path + " includes " + include.name + ", which its room may not");
    }
  }
  return faults;
}

Faults library_faults(const Source& source) {
  Faults faults;
  if (room_of(source.path) == "tests") return faults;
  for (const Include& include : includes_of(source)) {
    if (include.is_ours) continue;
    const string_view header = include.name;
    const bool is_pure = holds(kPureRooms, room_of(source.path));
    if (const Library* library = library_of(header)) {
      if (!allows(*library, source.path)) faults.push_back(source.path + " names the library of " + include.name);
    } else if (holds(kSystemHeaders, header) || begins_with_any(header, kSystemFolders)) {
      if (is_pure) faults.push_back(source.path + " includes the system's " + include.name);
    } else if (header.find_first_of("./") != string_view::npos) {
      faults.push_back(source.path + " includes " + include.name + ", of a library that no rule knows");
    } else if (is_pure && holds(kImpureHeaders, header)) {
      faults.push_back(source.path + " is of a pure room and includes " + include.name);
    }
  }
  return faults;
}

Faults header_faults(const Source& source) {
  if (!source.path.ends_with(".h")) return {};
  bool once = false;
  each_line(source.text, [&once](string_view line) { once |= line == "#pragma once"; });
  return once ? Faults{} : Faults{source.path + " has no #pragma once"};
}

Faults mark_faults(const Source& source) {
  Faults faults;
  const string_view text = source.text;
  for (const string_view word : kMarks) {
    const string mark = upper(word);
    for (std::size_t at = text.find(mark); at != string_view::npos; at = text.find(mark, at + 1)) {
      const std::size_t end = at + mark.size();
      if ((at > 0 && is_word(text[at - 1])) || (end < text.size() && is_word(text[end]))) continue;
      faults.push_back(source.path + " holds the mark " + mark);
    }
  }
  return faults;
}

Faults blank_faults(const Source& source) {
  Faults faults;
  int number = 0;
  each_line(source.text, [&](string_view line) {
    ++number;
    const string where = source.path + ":" + std::to_string(number);
    if (line.find('\t') != string_view::npos) faults.push_back(where + " holds a tab");
    if (line.ends_with(' ') || line.ends_with('\r')) faults.push_back(where + " ends in a blank");
  });
  if (!source.text.empty() && !source.text.ends_with('\n')) faults.push_back(source.path + " ends without a line end");
  return faults;
}

// Rows of the table that no file needs any more.
Faults table_faults(const std::vector<Source>& sources) {
  std::set<string> used;
  for (const Source& source : sources) {
    for (const Include& include : includes_of(source)) {
      const Library* library = include.is_ours ? nullptr : library_of(include.name);
      if (library == nullptr) continue;
      for (const string_view row : library->files) {
        if (fits(row, source.path)) used.insert(string(library->header) + " in " + string(row));
      }
    }
  }
  Faults faults;
  for (const Library& library : kLibraries) {
    for (const string_view row : library.files) {
      const string allowed = string(library.header) + " in " + string(row);
      if (!used.contains(allowed)) faults.push_back("the table allows " + allowed + ", which nothing needs");
    }
  }
  return faults;
}

string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// All sources of the rooms and the scripts that build them.
std::vector<Source> read_sources() {
  const std::filesystem::path top = XUNCHA_SOURCE_DIR;
  std::vector<Source> sources;
  for (const Room& room : kRooms) {
    if (!std::filesystem::is_directory(top / room.name)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(top / room.name)) {
      const string extension = entry.path().extension().string();
      if (!entry.is_regular_file() || !holds(std::vector<string_view>{".h", ".cc", ".inc", ".py"}, extension)) continue;
      sources.push_back({entry.path().lexically_relative(top).string(), read(entry.path())});
    }
  }
  for (const string_view name : {"CMakeLists.txt", "tests/CMakeLists.txt", "cmake/Flags.cmake", "cmake/Libraries.cmake",
                                 "run", "test", ".ci/run", "deploy/scripts/install_packages.sh"}) {
    sources.push_back({string(name), read(top / name)});
  }
  return sources;
}

const std::vector<Source>& sources_of_house() {
  static const std::vector<Source> sources = read_sources();
  return sources;
}

string told(const Faults& faults) {
  string text;
  for (const string& fault : faults) text += fault + "\n";
  return text;
}

template <class Rule>
Faults faults_of_house(Rule rule) {
  Faults faults;
  for (const Source& source : sources_of_house()) {
    for (string& fault : rule(source)) faults.push_back(std::move(fault));
  }
  return faults;
}

// --- the house keeps its rules -----------------------------------------------------------------------------------

TEST(House, House_the_sources_are_all_read) {
  std::set<string_view> rooms;
  const std::vector<Source>& sources = sources_of_house();
  for (const Source& source : sources) {
    rooms.insert(room_of(source.path));
    EXPECT_FALSE(source.text.empty()) << source.path;
  }
  for (const Room& room : kRooms) EXPECT_TRUE(rooms.contains(room.name)) << room.name;
}

TEST(House, House_rooms_include_only_what_they_may) {
  const Faults faults = faults_of_house(room_faults);
  EXPECT_TRUE(faults.empty()) << told(faults);
}

TEST(House, House_libraries_are_named_in_their_adapters_only) {
  const Faults faults = faults_of_house(library_faults);
  EXPECT_TRUE(faults.empty()) << told(faults);
}

TEST(House, House_the_table_of_libraries_has_no_idle_row) {
  const Faults faults = table_faults(sources_of_house());
  EXPECT_TRUE(faults.empty()) << told(faults);
}

TEST(House, House_headers_are_read_once) {
  const Faults faults = faults_of_house(header_faults);
  EXPECT_TRUE(faults.empty()) << told(faults);
}

TEST(House, House_no_mark_of_unfinished_work_is_left) {
  const Faults faults = faults_of_house(mark_faults);
  EXPECT_TRUE(faults.empty()) << told(faults);
}

TEST(House, House_lines_hold_no_tabs_and_end_without_blanks) {
  const Faults faults = faults_of_house(blank_faults);
  EXPECT_TRUE(faults.empty()) << told(faults);
}

// --- and the rules can fail --------------------------------------------------------------------------------------

TEST(HouseRules, House_no_room_but_the_daemon_reaches_into_another) {
  EXPECT_EQ(room_faults({"core/a.cc", "#include \"crawler/b.h\"\n"}).size(), 1u);
  EXPECT_EQ(room_faults({"crawler/a.cc", "  # include \"storage/b.h\"\n"}).size(), 1u);
  EXPECT_EQ(room_faults({"detectors/a.cc", "#include \"crawler/b.h\"\n#include \"daemon/c.h\"\n"}).size(), 2u);
  EXPECT_EQ(room_faults({"storage/a.h", "#pragma once\n#include \"detectors/b.h\"\n"}).size(), 1u);
  EXPECT_EQ(room_faults({"daemon/a.cc", "#include \"tests/portal/portal_server.h\"\n"}).size(), 1u);
  EXPECT_EQ(room_faults({"crawler/a.cc", "#include \"b.h\"\n"}).size(), 1u) << "a path begins with its room";
  EXPECT_EQ(room_faults({"cellar/a.cc", "#include \"core/b.h\"\n"}).size(), 1u) << "a room that no rule knows";
  EXPECT_TRUE(room_faults({"daemon/a.cc", "#include \"storage/b.h\"\n#include \"core/c.h\"\n"}).empty());
  EXPECT_TRUE(room_faults({"core/a.cc", "// #include \"crawler/b.h\"\n"}).empty());
}

TEST(HouseRules, House_a_library_outside_of_its_adapter_is_a_fault) {
  EXPECT_EQ(library_faults({"daemon/a.cc", "#include <curl/curl.h>\n"}).size(), 1u);
  EXPECT_EQ(library_faults({"storage/a.cc", "#include <rocksdb/db.h>\n"}).size(), 1u);
  EXPECT_EQ(library_faults({"daemon/report/report.cc", "#include <CLI/CLI.hpp>\n"}).size(), 1u);
  EXPECT_TRUE(library_faults({"daemon/cli/cli_check.cc", "#include <CLI/CLI.hpp>\n"}).empty());
  EXPECT_TRUE(library_faults({"storage/database.cc", "#include <rocksdb/db.h>\n"}).empty());
  EXPECT_TRUE(library_faults({"tests/portal/a.cc", "#include <openssl/ssl.h>\n"}).empty());
}

TEST(HouseRules, House_a_library_that_no_rule_knows_is_a_fault) {
  EXPECT_EQ(library_faults({"daemon/a.cc", "#include <fancy/json.hpp>\n"}).size(), 1u);
  EXPECT_EQ(library_faults({"daemon/a.cc", "#include <boost/regex.hpp>\n"}).size(), 1u);
  EXPECT_TRUE(library_faults({"daemon/a.cc", "#include <string>\n#include <sys/stat.h>\n"}).empty());
}

TEST(HouseRules, House_pure_rooms_touch_neither_files_nor_threads_nor_the_system) {
  EXPECT_EQ(library_faults({"core/a.cc", "#include <fstream>\n"}).size(), 1u);
  EXPECT_EQ(library_faults({"detectors/a.cc", "#include <thread>\n"}).size(), 1u);
  EXPECT_EQ(library_faults({"core/a.cc", "#include <sys/socket.h>\n"}).size(), 1u);
  EXPECT_TRUE(library_faults({"core/a.cc", "#include <string>\n"}).empty());
}

TEST(HouseRules, House_a_row_of_the_table_that_no_file_needs_is_a_fault) {
  EXPECT_GE(table_faults({{"core/digest.cc", "#include <openssl/evp.h>\n"}}).size(), 2u);
}

TEST(HouseRules, House_a_header_without_pragma_once_is_a_fault) {
  EXPECT_EQ(header_faults({"core/a.h", "#ifndef A\n#define A\n#endif\n"}).size(), 1u);
  EXPECT_TRUE(header_faults({"core/a.h", "#pragma once\n"}).empty());
  EXPECT_TRUE(header_faults({"core/a.cc", "int a;\n"}).empty());
}

TEST(HouseRules, House_a_mark_is_a_whole_word) {
  for (const string_view word : kMarks) {
    const string mark = upper(word);
    EXPECT_EQ(mark_faults({"core/a.cc", "// " + mark + ": later\n"}).size(), 1u) << mark;
    EXPECT_EQ(mark_faults({"core/a.cc", mark}).size(), 1u) << mark;
    EXPECT_TRUE(mark_faults({"core/a.cc", "mkdtemp-" + mark + mark + "\n"}).empty()) << mark;
  }
}

TEST(HouseRules, House_tabs_blanks_and_a_missing_line_end_are_faults) {
  EXPECT_EQ(blank_faults({"core/a.cc", "\tint a;\n"}).size(), 1u);
  EXPECT_EQ(blank_faults({"core/a.cc", "int a; \nint b;\r\n"}).size(), 2u);
  EXPECT_EQ(blank_faults({"core/a.cc", "int a;"}).size(), 1u);
  EXPECT_TRUE(blank_faults({"core/a.cc", "int a;\n"}).empty());
}

}  // namespace
}  // namespace xuncha
