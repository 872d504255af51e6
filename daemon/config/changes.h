#pragma once

#include <string>
#include <vector>

#include "daemon/config/configuration.h"

namespace xuncha {

// What a reload has to do: sites that are in none of the lists go on undisturbed.
struct ConfigurationChange {
  std::vector<std::string> added;    // ids, in the order of the new configuration
  std::vector<std::string> removed;  // in the order of the old one
  std::vector<std::string> changed;  // known to both, with another option, name, column or home
  bool network = false;              // resolvers, anchors or contact
  bool mail = false;
  bool web = false;
  bool storage = false;
  bool rules = false;  // enabled, severity or a threshold: for every site

  bool anything() const;
};

// Order of sites, comments and the files in which they stand count for nothing. Pure; linear in the sites.
ConfigurationChange what_changed(const Configuration& old, const Configuration& now);

}  // namespace xuncha
