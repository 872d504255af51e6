#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "daemon/config/yaml_tree.h"

// The common part of all readers of the configuration. Internal to daemon/config.
namespace xuncha {

// A value, how it is called ("sites[0].ignore[1].until"), and the line that a fault of it names: its own, or its key's
// where it has none of its own (a list, a map, nothing).
struct ConfigValue {
  const YamlNode* node = nullptr;
  std::string key;
  std::uint32_t line = 0;
};

// Where something stands.
struct ConfigPlace {
  std::uint32_t file = 0;  // index into the names of files
  std::uint32_t line = 0;
  friend auto operator<=>(const ConfigPlace&, const ConfigPlace&) = default;
};

// Gathers the faults of all files; gives them in the order of the files.
class FaultList {
 public:
  std::uint32_t add_file(std::string name);
  const std::string& file_name(std::uint32_t file) const { return files_[file]; }
  std::size_t files() const { return files_.size(); }
  // "FILE:LINE"
  std::string where(ConfigPlace place) const;
  void add(ConfigPlace place, std::string message);
  bool empty() const { return faults_.empty(); }
  std::size_t size() const { return faults_.size() + untold_; }
  // At most limits::kConfigurationFaultsMax, and how many more there are.
  std::vector<Error> told() const;

 private:
  struct Fault {
    ConfigPlace place;
    std::string message;
  };
  std::vector<std::string> files_;
  std::vector<Fault> faults_;
  std::size_t untold_ = 0;
};

// Reads values of one kind each; what is wrong is noted and nothing is given back. Values that the tree refused are
// passed over in silence.
class ValueReader {
 public:
  using Read = std::function<void(const ConfigValue&)>;
  struct Key {
    std::string_view name;
    Read read;
  };

  explicit ValueReader(FaultList& faults) : faults_(faults) {}
  // The file that is being read.
  void enter(std::uint32_t file) { file_ = file; }
  std::uint32_t file() const { return file_; }
  ConfigPlace place(const ConfigValue& value) const { return {file_, value.line}; }
  FaultList& faults() const { return faults_; }

  void note(const ConfigValue& value, std::string_view message);
  // A fault of a key below the value.
  void note_below(const ConfigValue& value, std::string_view key, std::string_view message);

  // Calls the readers of the keys that are there, in the order of `keys`, whatever their order in the file. Notes
  // unknown keys (with the nearest known one) and those that stand twice. False: no map.
  bool map(const ConfigValue& value, std::span<const Key> keys);
  // Calls `read` for each entry; false: no list, or too long a one.
  bool list(const ConfigValue& value, const Read& read, std::size_t entries_max);

  // A text that is not empty, without control characters.
  std::optional<std::string> text(const ConfigValue& value);
  std::optional<bool> boolean(const ConfigValue& value);
  std::optional<std::uint64_t> whole(const ConfigValue& value, std::uint64_t least, std::uint64_t most);
  std::optional<double> number(const ConfigValue& value, double least, double most);
  std::optional<Milliseconds> span(const ConfigValue& value, Milliseconds least, Milliseconds most);
  // The index of the word among `words`.
  std::optional<std::size_t> choice(const ConfigValue& value, std::span<const std::string_view> words);

 private:
  void note_unknown(const ConfigValue& value, std::string_view name, std::uint32_t line, std::span<const Key> keys);

  FaultList& faults_;
  std::uint32_t file_ = 0;
};

// In quotation marks, safe to show, at most 200 bytes.
std::string quote(std::string_view text);

}  // namespace xuncha
