# Warnings are errors for our own code; libraries come in as system headers.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
                    -Wformat=2 -Wundef -Wno-missing-field-initializers -Werror -fno-strict-aliasing)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns wrongly inside the standard library's own string and vector code at -O2 (PR 105329, 105651).
  add_compile_options(-Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-maybe-uninitialized)
endif()

if(XUNCHA_HARDEN)
  add_compile_options(-fstack-protector-strong -fstack-clash-protection -fcf-protection -D_GLIBCXX_ASSERTIONS
                      -fPIE -g1)
  add_compile_definitions($<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
  add_link_options(-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()

if(XUNCHA_SANITIZE)
  string(REPLACE ";" "," sanitizers "${XUNCHA_SANITIZE}")
  add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${sanitizers})
  if(sanitizers MATCHES "address")
    # What these see ends in a report of ASan too, or never matters here; they are a quarter of the time of a build.
    add_compile_options(-fno-sanitize=null,alignment,object-size,vptr)
  endif()
endif()
if(XUNCHA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
