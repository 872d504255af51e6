#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace xuncha {

// One value of a YAML document. Children of a map stand key, value, key, value, as written: nothing is merged and equal
// keys are kept apart, so that the reader can name them.
struct YamlNode {
  // kRefused: an alias, or a key that is no scalar; a fault has been told, the reader passes over it in silence.
  enum class Kind : std::uint8_t { kNull, kScalar, kList, kMap, kRefused };

  Kind kind = Kind::kNull;
  std::uint32_t line = 0;  // from 1
  std::string text;        // of a scalar
  std::vector<YamlNode> children;
};

struct YamlFault {
  std::uint32_t line = 0;  // from 1; 0: the file as a whole
  std::string message;
};

// A document, or what is wrong with its form. Where `readable` is false, `root` must not be used.
struct YamlReading {
  YamlNode root;
  std::vector<YamlFault> faults;
  bool readable = false;
};

// Reads one YAML document of a configuration: UTF-8, block and flow collections, plain, quoted and block scalars.
// Refused, since they hide what a file says or let a small file grow without bound: anchors and aliases, tags, a second
// document, NUL and other control characters, tabs in an indentation, more than limits::kConfigurationBytesMax,
// kConfigurationDepthMax or kConfigurationValuesMax. Never throws. Pure; any thread.
YamlReading read_yaml(std::string_view text);

}  // namespace xuncha
