require "webrick"
require "net/http"
server = WEBrick::HTTPServer.new(Port: 0, BindAddress: "127.0.0.1", AccessLog: [],
                                 Logger: WEBrick::Log.new(File::NULL))
server.mount_proc("/") { |_, response| response.body = "hello" }
thread = Thread.new { server.start }
port = server.listeners[0].addr[1]
response = Net::HTTP.get_response(URI("http://127.0.0.1:#{port}/"))
server.shutdown
thread.join
puts "#{response.code} #{response.body}"
