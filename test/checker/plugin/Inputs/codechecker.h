/* A finding in a header, whose story begins in a source. */
static inline long measured(VALUE text) {
  return RSTRING_LEN(text);
}
