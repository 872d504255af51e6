#include "daemon/web/web_config.h"

#include <sys/stat.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>

#include "core/limits.h"
#include "daemon/report/escape.h"

namespace xuncha {
namespace {

constexpr int kBcryptCostMin = 4;   // of the format
constexpr int kBcryptCostMax = 14;  // about a second a password
constexpr std::size_t kBcryptLength = 60;
constexpr std::size_t kTokenLengthMin = 16;
constexpr std::size_t kTokenLengthMax = 512;
constexpr std::string_view kTokenCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
constexpr std::string_view kBcryptCharacters = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool holds_only(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

// crypt(5), bcrypt: $2b$COST$ and 53 characters of salt and hash.
bool is_bcrypt(std::string_view hash) {
  if (hash.size() != kBcryptLength || hash[6] != '$') return false;
  if (!hash.starts_with("$2a$") && !hash.starts_with("$2b$") && !hash.starts_with("$2y$")) return false;
  int cost = 0;
  const auto [end, error] = std::from_chars(hash.data() + 4, hash.data() + 6, cost);
  return error == std::errc() && end == hash.data() + 6 && cost >= kBcryptCostMin && cost <= kBcryptCostMax &&
         holds_only(hash.substr(7), kBcryptCharacters);
}

std::string shown(std::string_view text) {
  return '"' + visible_text(cut_text(text, limits::kDetailValueBytesMax)) + '"';
}

// Why a secret's file may not be used; empty when it may.
std::string secret_fault(const std::string& file) {
  struct stat facts {};
  if (stat(file.c_str(), &facts) != 0) return "cannot be read";
  if (!S_ISREG(facts.st_mode)) return "is no file";
  if ((facts.st_mode & S_IROTH) != 0) return "can be read by everybody; take that away (chmod o= FILE)";
  return {};
}

using ReadValue = std::function<void(const YAML::Node& value, const std::string& key)>;
struct KeyReader {
  std::string_view name;
  ReadValue read;
};

class WebConfigParser {
 public:
  WebConfigParser(std::string name, std::string folder) : name_(std::move(name)), folder_(std::move(folder)) {}

  WebConfigReading parse(const std::string& text) {
    try {
      const YAML::Node document = YAML::Load(text);
      if (!document.IsNull()) {  // an empty file asks for nothing, as in the exporter-toolkit
        read_map(
            document, "",
            {{"tls_server_config", [this](const YAML::Node& value, const std::string& key) { read_tls(value, key); }},
             {"basic_auth_users",
              [this](const YAML::Node& value, const std::string& key) { read_users(value, key); }}});
      }
    } catch (const YAML::Exception& error) {
      note_line(error.mark.is_null() ? 0 : error.mark.line, "is no YAML: " + error.msg);
    }
    return std::move(reading_);
  }

 private:
  void note_line(int line, std::string message) {
    reading_.faults.push_back({ErrorCode::kConfiguration, name_ + ":" + std::to_string(line + 1), std::move(message)});
  }
  void note(const YAML::Node& node, const std::string& key, const std::string& message) {
    note_line(node.Mark().is_null() ? 0 : node.Mark().line, (key.empty() ? "the file" : key) + ": " + message);
  }

  void read_map(const YAML::Node& node, const std::string& path, const std::vector<KeyReader>& keys) {
    if (!node.IsMap()) return note(node, path, "must be a map; permitted keys: " + names(keys));
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
      const std::string key = path.empty() ? name : path + "." + name;
      const auto reader =
          std::find_if(keys.begin(), keys.end(), [&](const KeyReader& each) { return each.name == name; });
      if (reader == keys.end()) {
        note(entry.first, visible_text(cut_text(key, limits::kDetailValueBytesMax)),
             "is unknown or not supported; permitted: " + names(keys));
      } else if (!seen.insert(name).second) {
        note(entry.first, key, "stands twice");
      } else {
        reader->read(entry.second, key);
      }
    }
  }

  static std::string names(const std::vector<KeyReader>& keys) {
    std::string all;
    for (const KeyReader& key : keys) all.append(all.empty() ? "" : ", ").append(key.name);
    return all;
  }

  // Empty and a note where it is no text or empty.
  std::string text(const YAML::Node& node, const std::string& key) {
    if (node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
    note(node, key, "must be a text that is not empty");
    return {};
  }

  std::string file(const YAML::Node& node, const std::string& key) {
    const std::string named = text(node, key);
    return named.empty() ? named : (std::filesystem::path(folder_) / named).string();
  }

  void read_tls(const YAML::Node& node, const std::string& path) {
    TlsServerConfig tls;
    const std::size_t faults = reading_.faults.size();
    read_map(
        node, path,
        {{"cert_file", [&](const YAML::Node& value, const std::string& key) { tls.cert_file = file(value, key); }},
         {"key_file",
          [&](const YAML::Node& value, const std::string& key) {
            tls.key_file = file(value, key);
            if (tls.key_file.empty()) return;
            const std::string fault = secret_fault(tls.key_file);
            if (!fault.empty()) note(value, key, shown(tls.key_file) + " " + fault);
          }},
         {"min_version", [&](const YAML::Node& value, const std::string& key) { read_version(value, key, tls); }}});
    if (node.IsMap() && reading_.faults.size() == faults) {
      if (tls.cert_file.empty()) note(node, path + ".cert_file", "is missing");
      if (tls.key_file.empty()) note(node, path + ".key_file", "is missing");
    }
    reading_.config.tls = std::move(tls);
  }

  void read_version(const YAML::Node& node, const std::string& key, TlsServerConfig& tls) {
    const std::string version = text(node, key);
    if (version == "TLS13") {
      tls.version_min = TlsVersion::kTls13;
    } else if (!version.empty() && version != "TLS12") {
      note(node, key, shown(version) + " is not permitted; TLS12 or TLS13");
    }
  }

  void read_users(const YAML::Node& node, const std::string& path) {
    if (!node.IsMap()) return note(node, path, "must be a map of user names and bcrypt hashes");
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
      const std::string key = path + "." + visible_text(cut_text(name, limits::kDetailValueBytesMax));
      const std::string hash = entry.second.IsScalar() ? entry.second.Scalar() : std::string();
      if (name.empty() || name.find(':') != std::string::npos) {
        note(entry.first, key, "a user's name must not be empty and holds no colon (RFC 7617)");
      } else if (!seen.insert(name).second) {
        note(entry.first, key, "stands twice");
      } else if (!is_bcrypt(hash)) {
        // The value is not repeated: it may be a password in clear.
        note(entry.second, key,
             "must be a bcrypt hash with a cost of 4 to 14; make one by: htpasswd -nBC 10 \"\" | tr -d ':\\n'");
      } else if (seen.size() > limits::kWebUsersMax) {
        return note(entry.first, path, "holds more than " + std::to_string(limits::kWebUsersMax) + " users");
      } else {
        reading_.config.users.push_back({.name = name, .bcrypt = hash});
      }
    }
  }

  std::string name_;
  std::string folder_;
  WebConfigReading reading_;
};

// The file's text, at most `bytes_max`; nullopt when it cannot be read or is longer.
std::optional<std::string> read_file(const std::string& file, std::size_t bytes_max) {
  std::ifstream in(file, std::ios::binary);
  std::string text(bytes_max + 1, '\0');
  if (!in.read(text.data(), static_cast<std::streamsize>(text.size())) && (!in.eof() || in.bad())) return std::nullopt;
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > bytes_max) return std::nullopt;
  return text;
}

}  // namespace

WebConfigReading parse_web_config(const std::string& text, const std::string& name, const std::string& folder) {
  return WebConfigParser(name, folder).parse(text);
}

WebConfigReading read_web_config(const std::string& file) {
  const auto text = read_file(file, limits::kWebConfigBytesMax);
  if (!text) {
    WebConfigReading reading;
    reading.faults.push_back({ErrorCode::kConfiguration, file, "cannot be read, or is larger than 1 MB"});
    return reading;
  }
  return parse_web_config(*text, file, std::filesystem::path(file).parent_path().string());
}

Result<std::string> read_token_file(const std::string& file) {
  const std::string fault = secret_fault(file);
  if (!fault.empty()) return Error{ErrorCode::kConfiguration, file, fault};
  auto text = read_file(file, kTokenLengthMax + 2);
  if (text && text->ends_with('\n')) text->pop_back();
  if (text && text->ends_with('\r')) text->pop_back();
  if (!text || text->size() < kTokenLengthMin || text->size() > kTokenLengthMax ||
      !holds_only(*text, kTokenCharacters)) {
    return Error{ErrorCode::kConfiguration, file,
                 "must hold one line with a token of 16 to 512 letters, digits and -._~+/=; make one by: openssl rand "
                 "-hex 32"};
  }
  return *text;
}

}  // namespace xuncha
