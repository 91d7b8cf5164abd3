//===- Setup.cpp - One heap for all tests of a process -------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/Startup.h"

#include "gtest/gtest.h"

namespace {

/// The main thread is a thread of the heap and holds the lock throughout.
class HeapEnvironment : public ::testing::Environment {
public:
  void SetUp() override { rheap::startHeap(); }
  void TearDown() override { rheap::stopHeap(); }
};

[[maybe_unused]] auto *Registered =
    ::testing::AddGlobalTestEnvironment(new HeapEnvironment);

} // namespace
