#pragma once

#include <cstdint>

#include "core/clock.h"
#include "daemon/mail/mail_desk.h"
#include "daemon/patrol/request_pump.h"
#include "daemon/service/probe_desk.h"
#include "daemon/service/site_desk.h"
#include "daemon/service/vantage.h"
#include "daemon/web/snapshot.h"
#include "storage/store.h"

namespace xuncha {

// Who knows the figures of the process.
struct ProcessParts {
  const RequestPump& pump;
  const SiteDesk& desk;
  const ProbeDesk& probes;
  const MailDesk& mails;
  const Vantage& vantage;
  const Store& store;
  const Histogram& store_writes;
  std::uint64_t ticks_short_of_space = 0;  // while the store took less than everything
  const Clock& clock;
};

// What the process as a whole did and has before it, for the metrics. Read on the thread of the pump.
ProcessFigures process_figures(const ProcessParts& parts);

}  // namespace xuncha
