#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/portal/portal_data.h"

namespace xuncha::portal {

struct SiteOptions {
  std::vector<std::string> deleted;              // files below the directory that are treated as missing
  MissingMode missing = MissingMode::kNotFound;  // how the host answers what it does not have
  std::string encoding;                          // "gb18030": send all HTML in that charset; empty: as it is
};

// A portal that replays a directory of saved HTML (UTF-8) as `host` over http. Images, style sheets, scripts and fonts
// that were not saved are answered by a small valid one; pages, documents, audio and video are missing. Every other
// host that the pages name is played too (http, https, explicit ports): a plain page whose title is the text of the
// link that leads there, and small assets. Such hosts are alive, so that a patrol has nothing to say about them.
// Throws std::runtime_error where the directory cannot be read.
Portal portal_for_site(const std::filesystem::path& directory, const std::string& host, const SiteOptions& options);

}  // namespace xuncha::portal
