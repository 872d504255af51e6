#include "daemon/config/value_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/limits.h"
#include "daemon/config/values.h"
#include "daemon/report/escape.h"

namespace xuncha {
namespace {

constexpr std::size_t kFaultsKept = 10 * limits::kConfigurationFaultsMax;  // sorted before the first are told

// Words for a secret that somebody wrote into the file.
constexpr std::string_view kSecretWords[] = {"password", "passwd", "pass", "secret", "token"};

std::string_view kind_name(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
    default:
      return "a single value";
  }
}

std::string number_text(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end.ptr};
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || rest != end) return std::nullopt;
  return value;
}

std::string permitted(const std::string& least, const std::string& most) {
  return "; permitted: " + least + " to " + most;
}

std::string joined(std::span<const std::string_view> words) {
  std::string all;
  for (const std::string_view word : words) all.append(all.empty() ? "" : ", ").append(word);
  return all;
}

}  // namespace

std::string quote(std::string_view text) {
  return '"' + visible_text(cut_text(text, 200)) + '"';
}

std::uint32_t FaultList::add_file(std::string name) {
  files_.push_back(std::move(name));
  return static_cast<std::uint32_t>(files_.size() - 1);
}

std::string FaultList::where(ConfigPlace place) const {
  return place.line == 0 ? files_[place.file] : files_[place.file] + ":" + std::to_string(place.line);
}

void FaultList::add(ConfigPlace place, std::string message) {
  if (faults_.size() >= kFaultsKept) {
    ++untold_;
    return;
  }
  faults_.push_back({place, std::move(message)});
}

std::vector<Error> FaultList::told() const {
  std::vector<const Fault*> sorted;
  for (const Fault& fault : faults_) sorted.push_back(&fault);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Fault* left, const Fault* right) { return left->place < right->place; });
  std::vector<Error> errors;
  for (const Fault* fault : sorted) {
    if (errors.size() >= limits::kConfigurationFaultsMax) break;
    errors.push_back({ErrorCode::kConfiguration, where(fault->place), fault->message});
  }
  if (size() > errors.size()) {
    errors.push_back({ErrorCode::kConfiguration, files_.front(),
                      "has " + std::to_string(size() - errors.size()) + " more faults, which are not told here"});
  }
  return errors;
}

void ValueReader::note(const ConfigValue& value, std::string_view message) {
  const std::string key = value.key.empty() ? "the file" : visible_text(cut_text(value.key, 200));
  faults_.add(place(value), key + ": " + std::string(message));
}

void ValueReader::note_below(const ConfigValue& value, std::string_view key, std::string_view message) {
  const std::string path = value.key.empty() ? std::string(key) : value.key + "." + std::string(key);
  note({value.node, path, value.line}, message);
}

void ValueReader::note_unknown(const ConfigValue& value, std::string_view name, std::uint32_t line,
                               std::span<const Key> keys) {
  const ConfigValue place{value.node, value.key, line};
  std::vector<std::string_view> names;
  for (const Key& key : keys) names.push_back(key.name);
  const bool is_secret = std::find(std::begin(kSecretWords), std::end(kSecretWords), name) != std::end(kSecretWords);
  if (is_secret && std::find(names.begin(), names.end(), "password_file") != names.end()) {
    return note_below(place, name,
                      "a secret does not stand in this file; name a file that holds it by password_file, or a systemd "
                      "credential by credential");
  }
  const std::string_view nearest = nearest_word(name, names);
  note_below(place, name,
             (nearest.empty() ? "is unknown" : "is unknown; did you mean " + std::string(nearest) + "?") +
                 std::string(nearest.empty() ? "; permitted: " : " permitted: ") + joined(names));
}

bool ValueReader::map(const ConfigValue& value, std::span<const Key> keys) {
  if (value.node->kind == YamlNode::Kind::kRefused) return false;
  if (value.node->kind != YamlNode::Kind::kMap) {
    std::vector<std::string_view> names;
    for (const Key& key : keys) names.push_back(key.name);
    note(value, "is " + std::string(kind_name(value.node->kind)) + ", must be a map; permitted keys: " + joined(names));
    return false;
  }
  std::vector<const YamlNode*> found(keys.size(), nullptr);  // the key's node; its value stands behind it
  const std::vector<YamlNode>& children = value.node->children;
  for (std::size_t index = 0; index + 1 < children.size(); index += 2) {
    const YamlNode& name = children[index];
    if (name.kind == YamlNode::Kind::kRefused) continue;
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const Key& each) { return each.name == name.text; });
    if (key == keys.end()) {
      note_unknown(value, name.text, name.line, keys);
      continue;
    }
    const YamlNode*& first = found[static_cast<std::size_t>(key - keys.begin())];
    if (first != nullptr) {
      note_below({value.node, value.key, name.line}, name.text,
                 "stands twice, first in line " + std::to_string(first->line) + "; permitted: once");
    } else {
      first = &name;
    }
  }
  for (std::size_t index = 0; index < keys.size(); ++index) {
    if (found[index] == nullptr) continue;
    const YamlNode& child = *(found[index] + 1);
    if (child.kind == YamlNode::Kind::kRefused) continue;
    const std::string path = value.key.empty() ? found[index]->text : value.key + "." + found[index]->text;
    const std::uint32_t line = child.kind == YamlNode::Kind::kScalar ? child.line : found[index]->line;
    keys[index].read({&child, path, line});
  }
  return true;
}

bool ValueReader::list(const ConfigValue& value, const Read& read, std::size_t entries_max) {
  if (value.node->kind != YamlNode::Kind::kList) {
    note(value, "is " + std::string(kind_name(value.node->kind)) + ", must be a list");
    return false;
  }
  if (value.node->children.size() > entries_max) {
    note(value, "has " + std::to_string(value.node->children.size()) + " entries; permitted: at most " +
                    std::to_string(entries_max));
    return false;
  }
  std::size_t index = 0;
  for (const YamlNode& child : value.node->children) {
    const std::string key = value.key + "[" + std::to_string(index++) + "]";
    if (child.kind != YamlNode::Kind::kRefused) read({&child, key, child.line});
  }
  return true;
}

std::optional<std::string> ValueReader::text(const ConfigValue& value) {
  const bool is_text = value.node->kind == YamlNode::Kind::kScalar && !value.node->text.empty();
  if (!is_text) {
    note(value, "must be a text that is not empty");
    return std::nullopt;
  }
  const std::string& found = value.node->text;
  if (found.size() > limits::kConfigurationTextBytesMax) {
    note(value, "is too long; permitted: at most " + std::to_string(limits::kConfigurationTextBytesMax) + " bytes");
    return std::nullopt;
  }
  if (std::any_of(found.begin(), found.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; })) {
    note(value, "must be one line without control characters");
    return std::nullopt;
  }
  return found;
}

std::optional<bool> ValueReader::boolean(const ConfigValue& value) {
  const std::string& found = value.node->text;
  if (value.node->kind == YamlNode::Kind::kScalar && (found == "true" || found == "false")) return found == "true";
  note(value, "must be true or false");
  return std::nullopt;
}

std::optional<std::uint64_t> ValueReader::whole(const ConfigValue& value, std::uint64_t least, std::uint64_t most) {
  const auto found = text(value);
  if (!found) return std::nullopt;
  const auto parsed = parse_number<std::uint64_t>(*found);
  if (parsed && *parsed >= least && *parsed <= most) return parsed;
  note(value, quote(*found) + " is no whole number" + (parsed ? " within the bounds" : "") +
                  permitted(std::to_string(least), std::to_string(most)));
  return std::nullopt;
}

std::optional<double> ValueReader::number(const ConfigValue& value, double least, double most) {
  const auto found = text(value);
  if (!found) return std::nullopt;
  const auto parsed = parse_number<double>(*found);
  if (parsed && std::isfinite(*parsed) && *parsed >= least && *parsed <= most) return parsed;
  note(value, quote(*found) + " is no number" + (parsed ? " within the bounds" : "") +
                  permitted(number_text(least), number_text(most)));
  return std::nullopt;
}

std::optional<Milliseconds> ValueReader::span(const ConfigValue& value, Milliseconds least, Milliseconds most) {
  const auto found = text(value);
  if (!found) return std::nullopt;
  const auto parsed = parse_span(*found);
  if (!parsed) {
    note(value, quote(*found) + " is no duration; write it as 90s, 10m, 6h or 3d" +
                    permitted(format_span(least), format_span(most)));
    return std::nullopt;
  }
  if (*parsed >= least && *parsed <= most) return parsed;
  note(value,
       *found + " is too " + (*parsed < least ? "short" : "long") + permitted(format_span(least), format_span(most)));
  return std::nullopt;
}

std::optional<std::size_t> ValueReader::choice(const ConfigValue& value, std::span<const std::string_view> words) {
  const auto found = text(value);
  if (!found) return std::nullopt;
  const auto word = std::find(words.begin(), words.end(), *found);
  if (word != words.end()) return static_cast<std::size_t>(word - words.begin());
  const std::string_view nearest = nearest_word(*found, words);
  note(value, quote(*found) + " is unknown; " + (nearest.empty() ? "" : "did you mean " + std::string(nearest) + "? ") +
                  "permitted: " + joined(words));
  return std::nullopt;
}

}  // namespace xuncha
