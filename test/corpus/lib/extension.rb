# One extension of the corpus: fetched, built with a compile database, checked.
require "digest"
require "fileutils"
require "json"
require "open3"
require_relative "strict_yaml"

class Extension
  # What keeps an extension from being judged; the message says why.
  class Failure < StandardError; end

  KEYS = %w[name version sha256 ext packages configure].freeze
  CACHE = File.join(ENV["XDG_CACHE_HOME"] || File.join(Dir.home, ".cache"), "gvlsan", "corpus")
  # A checker that takes longer than this hangs, for the purpose of the corpus.
  CHECK_SECONDS = 300

  Result = Struct.new(:findings, :summary, :unreadable)

  def self.load(path)
    StrictYaml.load_file(path).fetch("gems").map do |row|
      extra = row.keys - KEYS
      abort "#{path}: #{row['name']}: unknown key #{extra.join(', ')}" unless extra.empty?
      new(row)
    end
  end

  attr_reader :name, :version, :configure

  def initialize(row)
    @name = row.fetch("name")
    @version = row.fetch("version").to_s
    @sha256 = row.fetch("sha256")
    @ext = Array(row.fetch("ext"))
    @packages = Array(row["packages"])
    @configure = Array(row["configure"])
  end

  def full_name = "#{name}-#{version}"
  def named?(text) = [name, full_name].include?(text)
  def root = File.join(CACHE, full_name)

  def missing_packages
    @packages.reject do |package|
      out, = Open3.capture2("dpkg-query", "-W", "-f=${db:Status-Abbrev}", package, err: File::NULL)
      out.start_with?("ii")
    end
  end

  def source(path) = File.join(root, path)

  def folders = @ext

  def fetch
    FileUtils.mkdir_p(CACHE)
    unpack unless File.exist?(File.join(root, ".unpacked"))
  end

  def build
    fetch
    @ext.each { |folder| build_folder(File.join(root, folder)) }
  end

  def check(checker)
    result = Result.new([], nil, 0)
    @ext.each do |folder|
      directory = File.join(root, folder)
      command = ["timeout", "--kill-after=5", CHECK_SECONDS.to_s,
                 checker, "check", "--format=json", "-p", directory, directory]
      out, err, status = Open3.capture3(*command, chdir: directory)
      code = status.exitstatus
      raise Failure, "the checker took more than #{CHECK_SECONDS} s" if code == 124
      unless [0, 1, 2].include?(code)
        raise Failure, "the checker ended with #{code || status.termsig.inspect}: #{err.lines.last(2).join.strip}"
      end
      read(out, directory, result)
    end
    raise Failure, "the checker printed no summary record" unless result.summary
    raise Failure, "the checker looked at no file" if result.summary.fetch("files").zero?
    result
  end

  private

  def read(out, directory, result)
    out.each_line do |line|
      record = JSON.parse(line)
      if record["summary"]
        result.unreadable += record["summary"].fetch("files_not_analysed", 0)
        result.summary = merge(result.summary, record["summary"])
      else
        file = File.expand_path(record.fetch("file"), directory)
        record["file"] = file.delete_prefix("#{root}/")
        result.findings << record
      end
    end
  rescue JSON::ParserError => e
    raise Failure, "the checker's output is not JSON: #{e.message.lines.first.strip}"
  end

  def merge(left, right)
    return right unless left
    left.merge(right) do |_, a, b|
      case a
      when Numeric then a + b
      when Hash then a.merge(b) { |_, x, y| x.is_a?(Numeric) ? x + y : y }
      else b
      end
    end
  end

  def unpack
    gem = File.join(CACHE, "#{full_name}.gem")
    run(CACHE, "gem", "fetch", name, "-v", version, "--platform", "ruby") unless File.exist?(gem)
    raise Failure, "gem fetch #{name} -v #{version} brought nothing" unless File.exist?(gem)
    actual = Digest::SHA256.file(gem).hexdigest
    raise Failure, "#{gem}: sha256 is #{actual}, not #{@sha256}" unless actual == @sha256
    FileUtils.rm_rf(root)
    run(CACHE, "gem", "unpack", gem, "--target", CACHE)
    FileUtils.touch(File.join(root, ".unpacked"))
  end

  def build_folder(directory)
    stamp = File.join(directory, ".gvlsan-built")
    wanted = @configure.join(" ")
    return if File.exist?(stamp) && File.read(stamp) == wanted
    raise Failure, "#{directory} does not exist" unless File.directory?(directory)
    run(directory, "ruby", "extconf.rb", *@configure)
    # A database is only complete when every file is compiled under bear.
    run(directory, "make", "clean")
    FileUtils.rm_f(File.join(directory, "compile_commands.json"))
    run(directory, "bear", "--", "make", "-j2")
    verify_database(directory)
    File.write(stamp, wanted)
  end

  # Every object file that make left behind must have its entry.
  def verify_database(directory)
    entries = JSON.parse(File.read(File.join(directory, "compile_commands.json")))
    known = entries.map { |e| File.basename(e["file"]).sub(/\.[^.]*\z/, "") }
    lost = Dir.glob(File.join(directory, "*.o")).map { |o| File.basename(o, ".o") } - known
    raise Failure, "the compile database lacks #{lost.join(', ')}" unless lost.empty?
  rescue Errno::ENOENT
    raise Failure, "bear wrote no compile_commands.json"
  end

  def run(directory, *command)
    out, status = Open3.capture2e(*command, chdir: directory, stdin_data: "")
    File.write(File.join(CACHE, "#{full_name}.log"), "$ #{command.join(' ')}\n#{out}", mode: "a")
    return if status.success?
    reason = out.lines.grep(/error|abort|not found|missing|cannot/i).first || out.lines.last || "no output"
    raise Failure, "#{command.first(4).join(' ')}: #{reason.strip}"
  rescue Errno::ENOENT
    raise Failure, "#{command.first} is not installed"
  end
end
