# Tests of the corpus driver itself: no network, no build, no checker.
require "minitest/autorun"
require "tmpdir"
ENV["XDG_CACHE_HOME"] = Dir.mktmpdir
Minitest.after_run { FileUtils.rm_rf(ENV["XDG_CACHE_HOME"]) }
require_relative "lib/adjudication"
require_relative "lib/extension"
require_relative "lib/figures"

class DriverTest < Minitest::Test
  Gem = Struct.new(:name, :version, :root) do
    def source(path) = File.join(root, path)
  end

  def setup
    @root = Dir.mktmpdir
    File.write(File.join(@root, "a.c"), "void *cb(void *p) {\n  use(p->bytes,\n      1);\n}\n")
    @gem = Gem.new("sample", "1.0", @root)
  end

  def teardown = FileUtils.rm_rf(@root)

  def finding(extra = {})
    { "rule" => "R1.e", "severity" => "warning", "file" => "a.c", "function" => "cb", "line" => "use(p->bytes, 1);",
      "why" => "embedded" }.merge(extra)
  end

  def read(findings: [finding], **extra)
    region = { "callback" => "cb", "file" => "a.c", "handed_over_in" => "f", "entry" => "rb_nogvl" }
    region.merge!(findings.empty? ? { "right" => "no object" } : { "findings" => findings })
    document = { "gem" => "sample", "version" => "1.0", "regions" => [region] }
    Adjudication.new("sample-1.0.yaml", document.merge(extra.transform_keys(&:to_s)), @gem)
  end

  def said(extra = {})
    { "rule" => "R1.e", "severity" => "warning", "file" => "a.c", "function" => "cb", "line" => 2, "message" => "m" }
      .merge(extra)
  end

  def judge(adjudication, *findings, regions: 1, unreadable: 0)
    figures = Figures.new("sample-1.0")
    summary = { "regions" => regions }
    figures.compare(adjudication, Extension::Result.new(findings, summary, unreadable))
    figures
  end

  def test_all_as_expected
    figures = judge(read, said, said("line" => 3))
    assert_equal 0, figures.status
    assert_equal 1, figures.true_findings # two findings, one place
    assert_equal 1, figures.lists[:found].size
  end

  def test_a_miss_a_new_finding_and_another_severity_are_differences
    assert_equal 1, judge(read).status
    assert_equal 1, judge(read, said, said("rule" => "K1")).status
    assert_equal 1, judge(read, said("severity" => "error")).status
    assert_equal 1, judge(read, said("function" => "other")).lists[:missed].size
    assert_equal 1, judge(read, said("file" => "b.c")).lists[:unadjudicated].size
  end

  def test_a_known_false_alarm_counts_as_false
    adjudication = read(false_alarms: [finding("rule" => "R2.a")])
    figures = judge(adjudication, said, said("rule" => "R2.a"))
    assert_equal 1, figures.lists[:false_alarm].size
    assert_equal 1, figures.status
  end

  def test_other_places_of_the_same_defect
    adjudication = read(findings: [finding("also_in" => [{ "function" => "inner" }, { "file" => "b.c", "function" => "g" }])])
    assert_equal 0, judge(adjudication, said("function" => "inner")).status
    assert_equal 0, judge(adjudication, said("file" => "b.c", "function" => "g")).status
    assert_equal 1, judge(adjudication, said("file" => "b.c", "function" => "inner")).status
  end

  def test_silence_is_right_only_without_findings
    assert_equal 0, judge(read(findings: [])).status
    assert_equal 1, judge(read(findings: []), said).status
  end

  def test_files_that_were_not_analysed_are_a_failure
    assert_equal 2, judge(read, said, unreadable: 1).status
  end

  def test_quotations_must_be_in_the_source
    read.verify_quotations(@gem) # the line break does not matter
    error = assert_raises(Extension::Failure) { read(findings: [finding("line" => "use(q)")]).verify_quotations(@gem) }
    assert_includes error.message, "use(q)"
  end

  def test_slips_in_the_files_are_named
    assert_raises(Extension::Failure) { read(findings: [finding("sevirity" => "error")]) }
    assert_raises(Extension::Failure) { read(findings: [finding("severity" => "fatal")]) }
    assert_raises(Extension::Failure) { read(findings: [finding("why" => nil)]) }
    assert_raises(Extension::Failure) { read(gem: "another") }
    assert_raises(Extension::Failure) { read(false_alarm: []) }
    assert_raises(Extension::Failure) { Adjudication.load(File.join(@root, "none.yaml"), @gem) }
  end

  def written(text)
    path = File.join(@root, "written.yaml")
    File.write(path, text)
    path
  end

  def test_a_key_that_stands_twice_is_refused_with_its_line
    document = "gem: sample\nversion: '1.0'\nregions: []\n"
    assert_empty Adjudication.load(written(document), @gem).regions
    { "findings: []\n# again\nfindings: []\n" => "written.yaml:6: the key 'findings' stands in line 4 already",
      "later:\n  - {rule: K1,\n     why: a,\n     rule: K2}\n" => "written.yaml:7: the key 'rule' stands in line 5 already" }
      .each do |more, message|
        error = assert_raises(Extension::Failure) { Adjudication.load(written(document + more), @gem) }
        assert_includes error.message, message
      end
    error = assert_raises(StrictYaml::Error) { Extension.load(written("gems:\n  - name: a\n    name: b\n")) }
    assert_includes error.message, "written.yaml:3: the key 'name' stands in line 2 already"
  end

  def test_every_file_of_the_tree_is_read
    extensions = Extension.load(File.join(__dir__, "corpus.yaml"))
    read = extensions.map { |e| Adjudication.load(File.join(__dir__, "expected", "#{e.full_name}.yaml"), e) }
    assert_operator read.size, :>=, 40
    Dir[File.join(__dir__, "runtime", "*.yaml")].each { |path| StrictYaml.load_file(path) }
  end

  def test_the_same_key_in_two_mappings_and_two_rows_is_right
    row = "  - {name: a, version: 1, sha256: x, ext: e}\n"
    assert_equal 2, Extension.load(written("gems:\n#{row}#{row}")).size
  end

  def test_what_is_no_yaml_is_named
    error = assert_raises(Extension::Failure) { Adjudication.load(written("gem: [\n"), @gem) }
    assert_includes error.message, "written.yaml"
  end

  def test_the_total_adds_up
    total = Figures.new("total")
    total.add(judge(read, said))
    total.add(judge(read(findings: [finding("across_files" => true)])))
    out, = capture_io { total.print_total }
    assert_includes out, "2 gems, 0 failures"
    assert_includes out, "recall 0.500 (1 of 2)"
    assert_includes out, "one file shows 1.000 (1 of 1)"
  end

  # A checker that prints what it is told to, and what a folder of it makes of that.
  def checked(output, code: 0)
    extension = Extension.new("name" => "sample", "version" => "1.0", "sha256" => "", "ext" => "ext")
    FileUtils.mkdir_p(extension.source("ext"))
    checker = File.join(@root, "checker")
    File.write(checker, "#!/bin/sh\ncat <<'END'\n#{output}\nEND\nexit #{code}\n")
    File.chmod(0o755, checker)
    extension.check(checker)
  end

  SUMMARY = '{"summary":{"regions":1,"files":2,"files_not_analysed":0}}'.freeze

  def test_files_are_named_from_the_gem
    absolute = File.join(Extension::CACHE, "sample-1.0", "ext", "b.c")
    findings = [said("file" => "../lib.c"), said("file" => "a.c"), said("file" => absolute)].map { |f| JSON.generate(f) }
    result = checked([*findings, SUMMARY].join("\n"), code: 1)
    assert_equal %w[lib.c ext/a.c ext/b.c], result.findings.map { |f| f["file"] }
    assert_equal 1, result.summary["regions"]
  end

  def test_a_checker_that_did_not_do_its_work_is_a_failure
    ["", "no JSON", JSON.generate(said), SUMMARY.sub('"files":2', '"files":0')].each do |output|
      assert_raises(Extension::Failure, output) { checked(output) }
    end
    assert_raises(Extension::Failure) { checked(SUMMARY, code: 134) }
    assert checked(SUMMARY)
  end
end
