/*===- PassVersion.h - What instrumented objects are marked with -*- C -*-===*\
|*                                                                            *|
|* Part of gvlsan, under the Apache License v2.0. See LICENSE.                *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Each object carries an ELF note, which says by which version of the pass   *|
|* it was built: `gvlsan cc` reads it before it links, the runtime when the   *|
|* library is loaded.                                                         *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef GVLSAN_PASS_PASSVERSION_H
#define GVLSAN_PASS_PASSVERSION_H

/** What instrumented code reads and calls: changes with any of its names,
 *  types or meanings. */
#define GVLSAN_PASS_VERSION 2

#define GVLSAN_NOTE_SECTION ".note.gvlsan"
#define GVLSAN_NOTE_OWNER "gvlsan"
/** The note's only type; its contents are the version, four bytes. */
#define GVLSAN_NOTE_TYPE 1

#endif /* GVLSAN_PASS_PASSVERSION_H */
