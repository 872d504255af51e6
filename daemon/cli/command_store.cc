#include "daemon/cli/command_store.h"

#include <ostream>

#include "daemon/report/escape.h"
#include "storage/maintenance.h"

namespace xuncha {
namespace {

void print_tables(const std::vector<std::pair<std::string, std::uint64_t>>& records, std::ostream& out) {
  for (const auto& [table, count] : records) out << "  " << table << ' ' << count << '\n';
}

void print_faults(const std::vector<StoreFault>& faults, std::uint64_t total, std::ostream& out) {
  for (const StoreFault& fault : faults) {
    out << "  " << visible_text(fault.where) << ": " << visible_text(fault.what) << '\n';
  }
  if (total > faults.size()) out << "  and " << total - faults.size() << " more\n";
}

}  // namespace

Status print_store_check(const std::string& directory, std::ostream& out) {
  const auto report = check_store(directory);
  if (!report) return report.error();
  out << "records:\n";
  print_tables(report.value().records, out);
  out << "links to targets that are gone: " << report.value().targets_gone << '\n';
  if (report.value().sound()) {
    out << "sound\n";
    return Done{};
  }
  out << "faults: " << report.value().faults_total << '\n';
  print_faults(report.value().faults, report.value().faults_total, out);
  return Error{ErrorCode::kCorruption, directory,
               "the store is damaged; `xuncha store salvage` copies what can be read, `xuncha store restore` brings a "
               "backup back"};
}

Status print_store_backup(const std::string& directory, const std::string& to, std::ostream& out) {
  const auto report = backup_store(std::filesystem::path(directory), to);
  if (!report) return report.error();
  out << "backup " << report.value().number << ": " << report.value().files << " files, " << report.value().bytes
      << " bytes, verified\n";
  return Done{};
}

Status print_store_restore(const std::string& from, const std::string& to, bool force, std::ostream& out) {
  Status status = restore_store(from, to, force ? RestoreOver::kForce : RestoreOver::kEmptyOnly);
  if (status) out << "restored to " << visible_text(to) << '\n';
  return status;
}

Status print_store_salvage(const std::string& directory, const std::string& to, std::ostream& out) {
  const auto report = salvage_store(directory, to);
  if (!report) return report.error();
  out << "salvaged:\n";
  print_tables(report.value().records, out);
  out << "lost: " << report.value().lost_total << '\n';
  print_faults(report.value().losses, report.value().lost_total, out);
  return Done{};
}

}  // namespace xuncha
