# What becomes of buffers that the kernel keeps: `ruby kept-buffers.rb CASE`.
require "socket"
server = TCPServer.new("127.0.0.1", 0)
from = TCPSocket.new("127.0.0.1", server.addr[1])
to = server.accept
fd = from.fileno
# Its window is full with less.
SIZE = 4_000_000

# Nothing of the String is left on the stack.
def drop(depth = 50, &block) = depth.zero? ? block.call : drop(depth - 1, &block)

def receive(from, size)
  size -= from.readpartial(size).size while size > 0
end

def collected
  GC.start
  Array.new(1000) { |i| "y" * (i * 10) }
  GC.start
end

case ARGV[0]
when "dropped" then drop { p Kept.over_tcp(fd, "x" * SIZE) > 0 }
when "own" then p drop { Kept.own_over_tcp(fd, SIZE) } > 0
when "vector" then drop { p Kept.vector_over_tcp(fd, "x" * SIZE) > 0 }
when "grown"
  from.setsockopt(:SOCKET, :SNDBUF, 4 * SIZE)
  # What the other side has no room for comes first.
  Kept.over_tcp(fd, @before = "z" * SIZE)
  string = "x" * 20_000
  p Kept.over_tcp(fd, string)
  string << "y" * 100_000
when "c_memory" then drop { p Kept.c_memory(fd, SIZE).first > 0 }
when "sent"
  drop do
    receive(to, n = Kept.over_tcp(fd, "x" * SIZE))
    Kept.wait_until_sent(fd)
    p n > 0
  end
when "closed"
  drop { p Kept.over_tcp(fd, "x" * SIZE) > 0 }
  from.close
when "held" then p Kept.over_tcp(fd, @held = "x" * SIZE) > 0
when "aio", "aio_over"
  drop { p Kept.begin_read("x" * 100_000) }
  p Kept.end_read if ARGV[0] == "aio_over"
end
collected
