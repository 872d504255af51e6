#include "core/revision.h"
#include "daemon/cli/cli.h"

int main(int argc, char** argv) {
  return xuncha::run_daemon(argc, argv, XUNCHA_REVISION);
}
