#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xuncha {

// One key of the configuration, in words.
struct KeyInfo {
  std::string map;  // whose key it is: "" is the file, "sites[]" each entry of sites, "rules.site.tls" a rule
  std::string name;
  std::string type;
  std::string standard;   // the default; "–": none
  std::string permitted;  // bounds or choices
  std::string meaning;
};

// Every key that the reader knows, map by map, in the order of docs/CONFIG.md. The tests compare it with the reader
// and with the document.
std::vector<KeyInfo> all_keys();

// The tables of docs/CONFIG.md: a heading and a table for each map.
std::string keys_markdown();

}  // namespace xuncha
