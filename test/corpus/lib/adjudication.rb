# What was read in an extension's source: its regions and what is wrong there.
require_relative "extension"
require_relative "strict_yaml"

class Adjudication
  DOCUMENT = %w[gem version note regions findings false_alarms later].freeze
  REGION = %w[callback file handed_over_in entry right findings].freeze
  FINDING = %w[rule severity file function also_in line across_files why].freeze

  # One thing a checker must say. It may say it in any function of `places`:
  # where the region hands the pointer on, or where the access itself is.
  Expected = Struct.new(:rule, :severity, :file, :function, :places, :across_files, :why) do
    def match?(finding)
      finding["rule"] == rule && places.include?([finding["file"], finding["function"]])
    end

    def to_s = "#{file}: #{function}: #{rule} (#{severity})#{', across files' if across_files}"
  end

  attr_reader :regions, :expected

  def self.load(path, extension)
    raise Extension::Failure, "#{path} is missing: nobody has read this gem yet" unless File.exist?(path)
    new(path, StrictYaml.load_file(path), extension)
  rescue StrictYaml::Error => e
    raise Extension::Failure, e.message
  end

  def initialize(path, document, extension)
    @path = path
    unless document["gem"] == extension.name && document["version"].to_s == extension.version
      complain("is about #{document['gem']} #{document['version']}")
    end
    extra = document.keys - DOCUMENT
    complain("unknown key #{extra.join(', ')}") unless extra.empty?
    @regions = document.fetch("regions")
    @regions.each { |region| check_region(region) }
    @expected = (@regions.flat_map { |r| r["findings"] || [] } + (document["findings"] || [])).map { |f| expect(f) }
    @expected.uniq! { |e| [e.rule, e.places] }
    @false_alarms = (document["false_alarms"] || []).map { |f| expect(f) }
  end

  def false_alarm?(finding) = @false_alarms.any? { |f| f.match?(finding) }

  # The adjudication quotes the source; a quotation that is not there is an
  # adjudication of something else.
  def verify_quotations(extension)
    quoted.each do |file, line|
      text = File.read(extension.source(file))
      next if text.gsub(/\s+/, " ").include?(line.gsub(/\s+/, " ").strip)
      complain("quotes a line that #{file} does not have: #{line}")
    end
  end

  private

  def quoted
    @quoted ||= []
  end

  def check_region(region)
    extra = region.keys - REGION
    complain("region #{region['callback']}: unknown key #{extra.join(', ')}") unless extra.empty?
    %w[callback file handed_over_in entry].each do |key|
      region[key] or complain("region #{region['callback']}: no #{key}")
    end
    region["right"] || region["findings"] or complain("region #{region['callback']}: neither right nor findings")
  end

  def expect(row)
    extra = row.keys - FINDING
    complain("finding in #{row['function']}: unknown key #{extra.join(', ')}") unless extra.empty?
    (FINDING - %w[also_in line across_files]).each { |key| row[key] or complain("finding in #{row['function']}: no #{key}") }
    %w[error warning].include?(row["severity"]) or complain("severity #{row['severity']}")
    places = [[row["file"], row["function"]]]
    (row["also_in"] || []).each { |p| places << [p["file"] || row["file"], p.fetch("function")] }
    quoted << [row["file"], row["line"]] if row["line"]
    Expected.new(row["rule"], row["severity"], row["file"], row["function"], places, row["across_files"] || false, row["why"])
  end

  def complain(text)
    raise Extension::Failure, "#{@path}: #{text}"
  end
end
