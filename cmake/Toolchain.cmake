# g++ 12 miscompiles coroutines (docs/adr/0001): only clang-19 is known to be right on Debian 12.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "Souk is built with clang 19 or newer (found ${CMAKE_CXX_COMPILER_ID} "
                      "${CMAKE_CXX_COMPILER_VERSION}). Run scripts/setup.sh, then: cmake --preset release")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(THREADS_PREFER_PTHREAD_FLAG ON)

set(SOUK_SANITIZE "" CACHE STRING "comma-separated sanitizers, e.g. address,undefined")
option(SOUK_COVERAGE "instrument for llvm-cov" OFF)
option(SOUK_UNITY "compile files of a library together: less work for a clean build, more for a small change" ON)
option(SOUK_FAILPOINTS "places where tests let the process die or fail (docs/adr/0023)" ON)

add_compile_options(-pthread)  # globally: a precompiled header is only reused with the same flags
add_link_options(-fuse-ld=lld-19)
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  # Line tables are what a stack trace needs; full debug info doubles the link time.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -gline-tables-only")
  # Of a test's own files, which say themselves where they failed; what it tests is built like the rest.
  set(SOUK_TEST_OPTIMIZATION -O0 -g0)
elseif(CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(CMAKE_CXX_FLAGS_DEBUG "-O0 -gline-tables-only -fno-omit-frame-pointer")
endif()
if(SOUK_SANITIZE)
  add_compile_options(-fsanitize=${SOUK_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SOUK_SANITIZE})
endif()
# Most of compiling a file here is what its headers instantiate: files that share them are compiled as one.
set(CMAKE_UNITY_BUILD ${SOUK_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 10)
if(NOT SOUK_FAILPOINTS)
  add_compile_definitions(SOUK_NO_FAILPOINTS)
endif()
if(SOUK_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # What ccache needs to see through a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()

# Warnings are errors in our own code; generated code is built without them. A designated initializer
# names what differs from the defaults: leaving the rest out is its purpose.
set(SOUK_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
    -Wno-missing-designated-field-initializers -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
