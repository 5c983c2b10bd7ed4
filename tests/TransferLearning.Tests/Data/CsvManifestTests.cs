using System.Globalization;
using System.Text;
using TransferLearning.Data;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Data;

public sealed class CsvManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CsvManifestTests() => _folder.AddImages("a.png", "with, comma.png", "deeper/b.png");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_OfAManifest_TakesPathsRelativeToItInTheirOrder()
    {
        CsvManifest source = Open("""
            id,label,path
            1,bees,deeper/b.png
            2, ants ,a.png

            3,bees,"with, comma.png"
            """);

        Assert.Equal(["ants", "bees"], source.Classes);
        Assert.Equal(["deeper/b.png", "a.png", "with, comma.png"], source.Samples.Select(sample => sample.Name.RelativeTo(_folder)));
        Assert.Equal([1, 0, 1], source.Samples.Select(sample => sample.ClassIndex));
        Assert.Equal(DrawnImage.Png(), source.Load(2).ToArray());
    }

    [Fact]
    public void Open_OfQuotedFieldsWithSpacesAroundThem_TakesWhatIsQuoted()
    {
        CsvManifest source = Open("Path , LABEL\r\n \"with, comma.png\" , \"the \"\"ants\"\"\" \r\n");

        Assert.Equal(["the \"ants\""], source.Classes);
    }

    [Fact]
    public void Open_WithFlagsWhoseHeadersDifferInCase_NamesClassesAsTheOptionsDo()
    {
        CsvManifest source = Open("path,Sun,SEA\na.png,1,1\n", new CsvManifestOptions { FlagColumns = ["sun", "sea"] });

        Assert.Equal(["sea", "sun"], source.Classes);
    }

    [Fact]
    public void Open_WithOwnColumnsAndDelimiter_FindsThem()
    {
        CsvManifest source = Open("file;species\na.png;ants\n", new CsvManifestOptions { PathColumn = "file", LabelColumn = "species", Delimiter = ';' });

        Assert.Equal(["ants"], source.Classes);
    }

    [Theory]
    [InlineData("file,label\na.png,ants\n", "line 1", "no column 'path'; the columns are 'file', 'label'")]
    [InlineData("", "line 1", "no column 'path'; the file is empty")]
    [InlineData("path,label\na.png,ants\n\na.png,\n", "line 4", "column 'label' is empty")]
    [InlineData("path,label\na.png,ants\n./deeper/../a.png,bees\n", "line 3", "a.png' is in line 2 too; an image has one row")]
    [InlineData("path,label\na.png,\"ants\nof two lines\"\nnowhere.png,ants\n", "line 4", "nowhere.png")]
    [InlineData("path,label\na.png,ants\nwith, comma.png,ants\n", "line 3", "field")]
    [InlineData("path,label\na.png\n", "line 2", "field")]
    [InlineData("path,label\na.png,\"ants\" x\n", "line 2", "quote")]
    [InlineData("path,label\na.png,ants\na\0.png,bees\n", "line 3", "NUL")]
    [InlineData("path,label\na.png,an\"ts\na.png,bees\n", "line 2", "quote")]
    [InlineData("path,label\na.png,ants\n\n   \na.png,\"bees", "line 5", "quote")]
    public void Open_OfAFaultyManifest_NamesFileAndLine(string content, string line, string problem)
    {
        var error = Assert.Throws<InvalidDataException>(() => Open(content));

        Assert.Contains($"'{_folder.File("list.csv")}', {line}:", error.Message);
        Assert.Contains(problem, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Open_OfLatin1_NamesTheLineRatherThanReplaceALetter()
    {
        File.WriteAllBytes(_folder.File("list.csv"), Encoding.Latin1.GetBytes("path,label\na.png,ants\na.png,caf\u00e9\n"));

        var error = Assert.Throws<InvalidDataException>(() => CsvManifest.Open(_folder.File("list.csv")));

        Assert.Contains("line 3: The line is not valid UTF-8", error.Message);
    }

    [Fact]
    public void Open_OfUtf8WithItsMark_ReadsTheFirstColumn()
    {
        File.WriteAllText(_folder.File("list.csv"), "path,label\na.png,caf\u00e9\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal(["caf\u00e9"], CsvManifest.Open(_folder.File("list.csv")).Classes);
    }

    [Theory]
    [InlineData("path,label\na.png,ants\n{0},bees\n", "line 3")]
    [InlineData("path,label\na.png,\"ants\n{0}\n{0}", "line 2")]
    [InlineData("{0}", "line 1")]
    public void Open_OfARowWithoutEnd_IsRefusedByItsLine(string content, string line)
    {
        var error = Assert.Throws<InvalidDataException>(() => Open(string.Format(CultureInfo.InvariantCulture, content, new string('x', (1 << 20) + 1))));

        Assert.Contains($"{line}: The row has more than 1048576 bytes", error.Message);
    }

    [Fact]
    public void Open_OfAFileBeyondTheLimit_IsRefusedUnread()
    {
        using (FileStream sparse = File.Create(_folder.File("list.csv")))
            sparse.SetLength((1L << 29) + 1);

        Assert.Contains("at most 536870912", Assert.Throws<InvalidDataException>(() => CsvManifest.Open(_folder.File("list.csv"))).Message);
    }

    [Theory]
    [InlineData("../a.png", false)]
    [InlineData("/a.png", false)]
    [InlineData("../deeper/b.png", true)]
    [InlineData("b.png", true)]
    public void Open_OfPathsThatLeadOut_FollowsThemUnlessTheyAreConfined(string path, bool isInside)
    {
        if (path[0] == '/')
            path = _folder.FullPath + path;
        File.WriteAllText(_folder.File("deeper/list.csv"), $"path,label\n{path},ants\n");

        Assert.Single(CsvManifest.Open(_folder.File("deeper/list.csv")).Samples);

        var confined = new CsvManifestOptions { ConfinePaths = true };
        if (isInside)
            Assert.Single(CsvManifest.Open(_folder.File("deeper/list.csv"), confined).Samples);
        else
            Assert.Contains("line 2: '", Assert.Throws<InvalidDataException>(() => CsvManifest.Open(_folder.File("deeper/list.csv"), confined)).Message);
    }

    [Fact]
    public void Open_OfALinkThatLeadsOut_IsRefusedWhereItIsConfined()
    {
        File.CreateSymbolicLink(_folder.File("deeper/link.png"), _folder.File("a.png"));
        File.WriteAllText(_folder.File("deeper/list.csv"), "path,label\nlink.png,ants\n");

        Assert.Throws<InvalidDataException>(() => CsvManifest.Open(_folder.File("deeper/list.csv"), new CsvManifestOptions { ConfinePaths = true }));
    }

    [Fact]
    public void Open_WithoutRows_Throws() =>
        Assert.Contains("no rows", Assert.Throws<InvalidDataException>(() => Open("path,label\n")).Message);

    [Fact]
    public void Open_OfAMissingManifest_NamesIt()
    {
        var error = Assert.Throws<FileNotFoundException>(() => CsvManifest.Open(_folder.File("nowhere.csv")));

        Assert.Equal(_folder.File("nowhere.csv"), error.FileName);
    }

    [Fact]
    public void DatasetSplit_OfASplitColumn_TakesItsSidesWithAllClasses()
    {
        CsvManifest source = Open("path,label,part\na.png,ants,train\ndeeper/b.png,bees,valid\n\"with, comma.png\",ants,test\n", SplitColumn("part"));

        DatasetSplit split = DatasetSplit.Of(source);

        Assert.Equal(["ants", "bees"], split.Classes);
        Assert.Equal("a.png", Assert.Single(split.Training.Samples).Name.RelativeTo(_folder));
        Assert.Equal("deeper/b.png", Assert.Single(split.Validation.Samples).Name.RelativeTo(_folder));
    }

    [Fact]
    public void SplitByColumn_WithOwnValues_TakesThem()
    {
        CsvManifest source = Open("path,label,fold\na.png,ants,1\ndeeper/b.png,ants,2\n", SplitColumn("fold"));

        Assert.Equal("a.png", Assert.Single(source.SplitByColumn("2", "1").Validation.Samples).Name.RelativeTo(_folder));
        Assert.Contains("it has 1, 2", Assert.Throws<InvalidDataException>(() => source.SplitByColumn("1", "3")).Message);
        Assert.Contains("it has 1, 2", Assert.Throws<InvalidDataException>(() => DatasetSplit.Of(source)).Message);
    }

    [Fact]
    public void SplitByColumn_WithoutASplitColumn_NamesTheOption()
    {
        CsvManifest source = Open("path,label\na.png,ants\n");

        Assert.Contains("CsvManifestOptions.SplitColumn", Assert.Throws<InvalidOperationException>(() => source.SplitByColumn()).Message);
    }

    [Fact]
    public void Open_WithASeparator_TakesSetsOfLabels()
    {
        CsvManifest source = Open("path,label\na.png,sea | sun\ndeeper/b.png,\n\"with, comma.png\",sun\n", new CsvManifestOptions { LabelSeparator = '|' });

        Assert.Equal(["sea", "sun"], source.Classes);
        Assert.Equal([Target.Labels(0, 1), Target.Labels(), Target.Labels(1)], source.Samples.Select(sample => sample.Target));
    }

    [Fact]
    public void Open_WithFlags_TakesTheColumnsForClasses()
    {
        CsvManifest source = Open("path,sun,sea\na.png,1,0\ndeeper/b.png,1,1\n", new CsvManifestOptions { FlagColumns = ["sun", "sea"] });

        Assert.Equal(["sea", "sun"], source.Classes);
        Assert.Equal([Target.Labels(1), Target.Labels(0, 1)], source.Samples.Select(sample => sample.Target));
    }

    [Fact]
    public void Open_WithNumbers_ReadsThemWhateverTheCulture()
    {
        CsvManifest source = Open("path,age,price\na.png,-1.5,2e3\n", new CsvManifestOptions { ValueColumns = ["price", "age"] });

        Assert.Equal(["price", "age"], source.Classes);
        Assert.Equal(Target.Values(2000, -1.5), Assert.Single(source.Samples).Target);
    }

    [Theory]
    [InlineData("1,5")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    [InlineData("old")]
    public void Open_WithWhatIsNoFiniteNumber_NamesLineAndColumn(string value)
    {
        var options = new CsvManifestOptions { ValueColumns = ["age"], Delimiter = ';' };

        var error = Assert.Throws<InvalidDataException>(() => Open($"path;age\na.png;1\ndeeper/b.png;{value}\n", options));

        Assert.Contains($"line 3: The column 'age' holds '{value}'; a finite number", error.Message);
    }

    [Fact]
    public void Open_WithWhatIsNoFlag_NamesLineAndColumn()
    {
        var error = Assert.Throws<InvalidDataException>(() => Open("path,sun\na.png,yes\n", new CsvManifestOptions { FlagColumns = ["sun"] }));

        Assert.Contains("line 2: The column 'sun' holds 'yes'; 0 or 1 is expected.", error.Message);
    }

    [Fact]
    public void Open_WithTwoKindsOfTargets_IsRefused() => Assert.Throws<ArgumentException>("options", () =>
        Open("path,sun\na.png,1\n", new CsvManifestOptions { FlagColumns = ["sun"], ValueColumns = ["sun"] }));

    private static CsvManifestOptions SplitColumn(string name) => new() { SplitColumn = name };

    private CsvManifest Open(string content, CsvManifestOptions? options = null)
    {
        File.WriteAllText(_folder.File("list.csv"), content);
        return CsvManifest.Open(_folder.File("list.csv"), options);
    }
}
