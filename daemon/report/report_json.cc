#include <ostream>

#include "daemon/report/record_json.h"
#include "daemon/report/report.h"

namespace xuncha {
namespace {

class JsonWriter final : public ReportWriter {
 public:
  JsonWriter(const ReportOptions& options, std::ostream& out) : texts_(texts(options.language)), out_(out) {}

  void page(const PageRecord& record) override { out_ << page_json(record) << '\n'; }
  void column(const std::string& site, const ColumnRecord& record) override {
    out_ << column_json(site, record) << '\n';
  }
  void finding(const Finding& finding) override { out_ << finding_json(finding, texts_) << '\n'; }
  void site(const SiteStatusRecord& record) override { out_ << site_json(record) << '\n'; }
  void summary(const SummaryRecord& record) override { out_ << summary_json(record) << '\n'; }
  Status finish() override { return flush_report(out_); }

 private:
  const Texts& texts_;
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<ReportWriter> make_json_writer(const ReportOptions& options, std::ostream& out) {
  return std::make_unique<JsonWriter>(options, out);
}

}  // namespace xuncha
