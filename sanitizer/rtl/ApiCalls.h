//===- ApiCalls.h - Calls of the C API without the lock ---------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Every function that the VM exports needs the lock unless its documentation
/// says otherwise. The slots of the import tables of extensions that lead to
/// one are made to lead to a stub (ApiStubs.h). The VM's calls of its own
/// functions stay as they are.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_APICALLS_H
#define GVLSAN_APICALLS_H

#include "sanitizer_common/sanitizer_internal_defs.h"

namespace gvlsan {

using namespace __sanitizer;

/// Learns what the module that holds \p AddressInVm exports, and patches what
/// is loaded already. Once, at start-up. \p Replacement may name what is to be
/// called in a function's place, 0: nothing.
void initializeApiCalls(uptr AddressInVm, uptr (*Replacement)(const char *));

/// Patches the modules that were loaded since the last call. Any thread, not
/// inside the loader.
void patchImports();

/// Whether \p Name is that of a function which is covered.
bool isCheckedApi(const char *Name);

/// The stub that stands for \p Function, which dlsym(3) found for \p Name;
/// nullptr when that is not the VM's. Any thread.
void *stubFor(const char *Name, const void *Function);

/// How many functions are covered, and how many need the lock.
void countApi(uptr &Covered, uptr &All);

} // namespace gvlsan

#endif // GVLSAN_APICALLS_H
