# A test suite, run plainly and under the sanitizer, and compared.
require "fileutils"
require "json"
require "tmpdir"
require "yaml"

class WatchedRun
  # What a run came to: the suite's closing line, the tests that failed, the
  # reports of the sanitizer, and whether the suite came to its end.
  Outcome = Struct.new(:line, :failing, :reports, :finished)

  LIMIT = 400 # seconds that one suite may take; some wait for seconds by design
  CLOSING = /^(?:\d+ (?:tests|runs|examples), .*|PASS all .*|FAIL \d.*)$/
  FAILING = [
    /^\s*\d+\) (?:Failure|Error):\n([^\s\[(]+)/, # minitest and Ruby's own runner
    /^(?:Failure|Error): (test[^\n(]*\([^\n)]*\))/, # test-unit
    /^rspec (\S+)/, # rspec's list of failed examples
    /^#(test_\S+)/, # the bootstrap tests
  ].freeze

  attr_reader :name

  # command: an array; `{gvlsan}` in it becomes the command that watches, or
  # nothing. Without it the whole command is watched.
  def initialize(name, command, environment: {}, folder: nil)
    @name = name
    @command = command
    @environment = environment
    @folder = folder
  end

  def run(gvlsan)
    Dir.mktmpdir("gvlsan-runtime") do |scratch|
      json = File.join(scratch, "json")
      watch = gvlsan ? [gvlsan, "run", "--json=#{json}", "--log-path=#{scratch}/log", "--"] : []
      status, text = capture(watched_command(watch), scratch)
      line = text.scan(CLOSING).last
      failing = FAILING.flat_map { text.scan(_1).flatten }.sort.uniq
      Outcome.new(line, failing, reports_in(json), status != 124 && status != 137 && !line.nil?)
    end
  end

  private

  def watched_command(watch)
    return watch + @command if @command.none? { _1.include?("{gvlsan}") }
    @command.map { _1.sub("{gvlsan}", watch.map { |word| "#{word} " }.join) }
  end

  # `timeout` ends what hangs, with its children.
  def capture(command, scratch)
    output = File.join(scratch, "output")
    home = File.join(scratch, "home")
    FileUtils.mkdir_p(home)
    environment = { "HOME" => home, "LANG" => "C.UTF-8", "LC_ALL" => nil, "RUBYOPT" => nil, **@environment }
    system(environment, "timeout", "--kill-after=5", LIMIT.to_s, *command,
           in: File::NULL, out: output, err: [:child, :out], chdir: @folder || home)
    [$?.exitstatus, File.read(output, encoding: "BINARY").scrub]
  end

  def reports_in(path)
    return [] unless File.exist?(path)
    File.readlines(path).filter_map { |line| JSON.parse(line) rescue nil }.select { _1["rule"] }
  end
end

# Compares suites with and without the sanitizer, and reports with what was read
# in the sources.
class WatchedComparison
  def initialize(gvlsan, adjudicated)
    @gvlsan = gvlsan
    @adjudicated = adjudicated
    @counts = Hash.new(0)
    @tests = @known = 0
  end

  def status = (@counts[:failed] + @counts[:reported]).zero? ? 0 : 1

  def compare(suite)
    plain = suite.run(nil)
    return say(:unusable, suite, "does not finish here without the sanitizer either") unless plain.finished
    watched, reports = watch(suite, plain)
    @tests += plain.line[/\d+/].to_i
    worse = watched.failing - plain.failing
    if !watched.finished
      say(:failed, suite, "does not finish under the sanitizer (without: #{plain.line})")
    elsif !worse.empty?
      say(:failed, suite, "only under the sanitizer: #{worse.join(', ')}")
    elsif !reports.empty?
      say(:reported, suite, "#{reports.size} reports that nobody has read yet")
    else
      say(:passed, suite, watched.line)
    end
    reports.each do |r|
      puts "  #{r['rule']} in #{r['function'] || '(no name)'} #{r['file']}:#{r['line']} (#{r.dig('access', 'call')}): #{r['message']}"
    end
  end

  def print_total
    puts "#{@counts[:passed]} suites as without the sanitizer, #{@counts[:failed]} not so, " \
         "#{@counts[:reported]} with reports, #{@counts[:unusable]} that do not run here at all; " \
         "#{@tests} tests, #{@known} known reports"
  end

  private

  # What a test does can differ from run to run: only a difference that stays counts.
  def watch(suite, plain)
    watched, reports = nil, []
    3.times do
      watched = suite.run(@gvlsan)
      known, new = watched.reports.partition { known?(_1) }
      @known += known.size
      reports |= new.uniq { [_1["rule"], _1["function"], _1["file"], _1["line"]] }
      break if watched.finished && (watched.failing - plain.failing).empty?
      plain.failing |= suite.run(nil).failing
    end
    [watched, reports]
  end

  def known?(report)
    @adjudicated.any? do |known|
      known["rule"] == report["rule"] &&
        (known["function"] ? frames(report).include?(known["function"]) : stripped?(report, known))
    end
  end

  # A library of the distribution has no names: its own, and of what it called.
  def stripped?(report, known)
    File.basename(report["file"].to_s) == known["library"] && report.dig("access", "call") == known["call"]
  end

  # Who touched the memory, innermost first: a library's own function may do it
  # for the extension's.
  def frames(report)
    access = (report["stacks"] || []).find { _1["kind"] == "native" } || {}
    [report["function"], *(access["frames"] || []).map { _1["function"] }]
  end

  def say(kind, suite, text)
    @counts[kind] += 1
    puts format("%-9s %s: %s", kind == :passed ? "ok" : kind.to_s.upcase, suite.name, text)
    $stdout.flush
  end
end
