#include "daemon/cli/cli.h"

int main(int argc, char** argv) {
  return xuncha::run_daemon(argc, argv);
}
