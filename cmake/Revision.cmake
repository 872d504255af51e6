# Writes the header OUT with the revision of the sources in SOURCE, only when it differs: "unknown" without git, and for
# an unpacked archive, even inside somebody else's repository. Run by the build: cmake -DOUT=... -DSOURCE=... -P
set(revision "unknown")
find_program(GIT git)
if(GIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse --short=12 HEAD OUTPUT_VARIABLE found RESULT_VARIABLE failed
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT failed)
    set(revision ${found})
  endif()
endif()
file(CONFIGURE OUTPUT ${OUT} CONTENT "#pragma once\n\n#define XUNCHA_REVISION \"@revision@\"\n" @ONLY)
