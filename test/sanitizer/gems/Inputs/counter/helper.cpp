extern "C" long count_zeros(const char *bytes, long size) {
  long zeros = 0;
  for (long i = 0; i < size; i++)
    zeros += bytes[i] == '0';
  return zeros;
}
