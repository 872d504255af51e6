#pragma once

#include "core/clock.h"
#include "daemon/mail/mail_desk.h"
#include "daemon/patrol/request_pump.h"
#include "daemon/service/site_desk.h"
#include "daemon/web/snapshot.h"
#include "storage/store.h"

namespace xuncha {

// What the process as a whole did and has before it, for the metrics. Read on the thread of the pump.
ProcessFigures process_figures(const RequestPump& pump, const SiteDesk& desk, const MailDesk& mails, const Store& store,
                               const Clock& clock);

}  // namespace xuncha
