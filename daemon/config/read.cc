#include "daemon/config/read.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <utility>

#include "core/limits.h"
#include "daemon/config/config_reader.h"
#include "daemon/config/thresholds.h"
#include "daemon/config/values.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;

Error refused(std::string where, std::string message) {
  return {ErrorCode::kConfiguration, std::move(where), std::move(message)};
}

// A whole regular file of at most `bytes_max`; the error's message is a part of a sentence after the file's name.
Result<std::string> read_file(const std::string& name, std::size_t bytes_max) {
  const int descriptor = open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe must not hold us up
  if (descriptor < 0) return refused(name, "cannot be read; does it exist, and may this user read it?");
  struct stat state {};
  std::string text;
  std::string fault;
  if (fstat(descriptor, &state) != 0 || !S_ISREG(state.st_mode)) {
    fault = "is no regular file";
  } else if (state.st_size < 0 || static_cast<std::uint64_t>(state.st_size) > bytes_max) {
    fault = "is larger than " + format_size(bytes_max) + ", which is the most permitted";
  } else {
    text.resize(static_cast<std::size_t>(state.st_size));
    std::size_t filled = 0;
    while (filled < text.size()) {
      const ssize_t count = ::read(descriptor, text.data() + filled, text.size() - filled);
      if (count < 0) fault = "could not be read to its end";
      if (count <= 0) break;
      filled += static_cast<std::size_t>(count);
    }
    text.resize(filled);
  }
  close(descriptor);
  if (!fault.empty()) return refused(name, fault);
  return text;
}

std::string resolve(const fs::path& folder, const std::string& name) {
  const fs::path path(name);
  return path.is_absolute() ? name : (folder / path).lexically_normal().string();
}

// The files that fit a pattern whose last part may hold * and ?, in the order of their bytes.
Result<std::vector<std::string>> match_files(const fs::path& folder, const std::string& pattern) {
  const fs::path path(resolve(folder, pattern));
  const std::string name = path.filename().string();
  if (fs::path(pattern).parent_path().string().find_first_of("*?") != std::string::npos) {
    return refused(pattern, quote(pattern) + " has * or ? in the name of a folder; permitted: in that of a file");
  }
  if (name.find_first_of("*?") == std::string::npos) return std::vector<std::string>{path.string()};
  std::error_code error;
  std::vector<std::string> files;
  for (fs::directory_iterator each(path.parent_path(), error), end; !error && each != end; each.increment(error)) {
    const std::string file = each->path().filename().string();
    const bool hidden = file.starts_with('.') && !name.starts_with('.');
    if (!hidden && matches_glob(name, file) && !each->is_directory(error)) files.push_back(each->path().string());
    if (files.size() > limits::kConfigurationFilesMax) break;
  }
  if (error) return refused(pattern, quote(path.parent_path().string()) + " is no folder that can be read");
  std::sort(files.begin(), files.end());
  return files;
}

// Whoever can read the file can send mail in our name.
std::string secret_fault(const std::string& file) {
  struct stat state {};
  if (stat(file.c_str(), &state) != 0) return "cannot be found; name a file that holds the password alone";
  if (!S_ISREG(state.st_mode)) return "is no regular file";
  if ((state.st_mode & S_IROTH) != 0) return "may be read by everybody; chmod o-r it";
  if (access(file.c_str(), R_OK) != 0) return "cannot be read by this user";
  if (state.st_size == 0) return "is empty";
  if (static_cast<std::uint64_t>(state.st_size) > limits::kSecretBytesMax) {
    return "is larger than " + format_size(limits::kSecretBytesMax) + "; it must hold the password alone";
  }
  return {};
}

ConfigSources file_sources(const fs::path& folder) {
  return {
      .match = [folder](const std::string& pattern) { return match_files(folder, pattern); },
      .load = [](const std::string& file) { return read_file(file, limits::kConfigurationBytesMax); },
      .secret_fault = secret_fault,
      .resolve = [folder](const std::string& file) { return resolve(folder, file); },
  };
}

// Where a fault of the plan is best mended: at the site's own key, else that of `defaults`, else the threshold's.
struct Remedy {
  ConfigPlace place;
  std::string key;
  friend auto operator<=>(const Remedy&, const Remedy&) = default;
};
Remedy remedy_of(const PlanFault& fault, const ConfigReader& reader) {
  const OptionPlaces& site = reader.site_places()[fault.site];
  const OptionPlaces& defaults = reader.defaults_places();
  if (const ConfigPlace* own = site.find(fault.key)) return {*own, site.key + "." + fault.key};
  if (const ConfigPlace* common = defaults.find(fault.key)) return {*common, defaults.key + "." + fault.key};
  if (fault.key.starts_with("intervals.")) {
    const auto revisit_class = parse_revisit_class(std::string_view(fault.key).substr(10));
    const std::string threshold(revisit_class ? window_key(*revisit_class) : std::string_view());
    const auto& places = reader.threshold_places();
    if (const auto found = places.find(threshold); found != places.end()) return {found->second, threshold};
  }
  return {site.place, site.key + "." + fault.key};
}

ConfigurationReading read_text(const std::string& name, std::string_view text, ConfigSources sources) {
  FaultList faults;
  ConfigReader reader(faults, std::move(sources));
  reader.read_main(name, text);
  ConfigurationReading reading;
  reading.plan = make_plan(reader.configuration());
  std::set<Remedy> told;
  for (const PlanFault& fault : reading.plan.faults) {
    const Remedy remedy = remedy_of(fault, reader);
    if (told.insert(remedy).second) faults.add(remedy.place, remedy.key + ": " + fault.message);
  }
  reading.faults = faults.told();
  reading.configuration = std::move(reader.configuration());
  return reading;
}

}  // namespace

ConfigurationReading read_configuration(const std::string& file) {
  const Result<std::string> text = read_file(file, limits::kConfigurationBytesMax);
  if (!text) return {{}, {}, {text.error()}};
  return read_text(file, text.value(), file_sources(fs::path(file).parent_path()));
}

ConfigurationReading parse_configuration(std::string_view text, const std::string& name) {
  return read_text(name, text, {});
}

Result<std::string> read_secret(const SecretPlace& place) {
  std::string file = place.file;
  if (file.empty()) {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || place.credential.empty()) {
      return refused("credential " + place.credential,
                     "there are no credentials: is the program started by systemd with "
                     "LoadCredential=?");
    }
    file = (fs::path(folder) / place.credential).string();
  }
  Result<std::string> text = read_file(file, limits::kSecretBytesMax);
  if (!text) return text.error();
  std::string secret = std::move(text).value();
  secret.erase(std::min(secret.find_first_of("\r\n"), secret.size()));
  if (secret.empty()) return refused(file, "holds no secret in its first line");
  return secret;
}

}  // namespace xuncha
