#include "daemon/config/changes.h"

#include <string_view>
#include <unordered_map>

namespace xuncha {
namespace {

using SitesById = std::unordered_map<std::string_view, const SiteConfig*>;

SitesById by_id(const Configuration& configuration) {
  SitesById sites;
  sites.reserve(configuration.sites.size());
  for (const SiteConfig& site : configuration.sites) sites.emplace(site.id, &site);
  return sites;
}

}  // namespace

bool ConfigurationChange::anything() const {
  return !added.empty() || !removed.empty() || !changed.empty() || network || mail || web || storage || rules;
}

ConfigurationChange what_changed(const Configuration& old, const Configuration& now) {
  ConfigurationChange change;
  const SitesById before = by_id(old);
  const SitesById after = by_id(now);
  for (const SiteConfig& site : now.sites) {
    const auto known = before.find(site.id);
    if (known == before.end()) {
      change.added.push_back(site.id);
    } else if (!(*known->second == site)) {
      change.changed.push_back(site.id);
    }
  }
  for (const SiteConfig& site : old.sites) {
    if (!after.contains(site.id)) change.removed.push_back(site.id);
  }
  change.network = old.resolvers != now.resolvers || old.anchors != now.anchors || old.contact != now.contact;
  change.mail = old.mail != now.mail;
  change.web = old.web != now.web;
  change.storage = old.storage != now.storage;
  change.rules = old.rules != now.rules;
  return change;
}

}  // namespace xuncha
