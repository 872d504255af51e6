#pragma once

namespace xuncha {

// The program `xuncha` (docs/INTERFACE.md): reads the arguments, runs one command, gives the exit code. Results go to
// standard output, everything else to standard error. Call once in a process, on its main thread.
int run_command_line(int argc, const char* const* argv);

// The program `xunchad`, built from that revision of the sources. Call once in a process, on its main
// thread.
int run_daemon(int argc, const char* const* argv, const char* revision);

}  // namespace xuncha
