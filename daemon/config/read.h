#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "daemon/config/configuration.h"
#include "daemon/config/plan.h"

namespace xuncha {

// A configuration with its plan, or all its faults in the order of the files: each kConfiguration with "FILE:LINE" and
// "KEY: what is wrong, what is permitted". With faults, nothing else of it may be used.
struct ConfigurationReading {
  Configuration configuration;
  Plan plan;
  std::vector<Error> faults;
};

// Reads the file and the files that its `sites_files` name, and looks at the files that hold secrets (without reading
// them). Names of files are relative to the main file's folder.
ConfigurationReading read_configuration(const std::string& file);

// The same of a text, touching no file: `sites_files` name nothing, secrets are not looked for. `name` is what faults
// call it. Any text gives an answer: bounded in time and memory, never a throw. Pure.
ConfigurationReading parse_configuration(std::string_view text, const std::string& name);

// A secret, when it is needed: the file's first line, or that of the systemd credential in $CREDENTIALS_DIRECTORY.
// kConfiguration when it cannot be read, is empty, or over limits::kSecretBytesMax. Never logged.
Result<std::string> read_secret(const SecretPlace& place);

}  // namespace xuncha
