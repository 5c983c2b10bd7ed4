using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Conventions;

public sealed class SourceShapeTests
{
    private const int MostLines = 220;
    private const int MostColumns = 160;
    private const int MostFiles = 30;

    [Fact]
    public void LibraryFile_HoldsOneIdea_OnTwoHundredLinesOrSo()
    {
        string[] tooLong = [.. SourceTree.LibraryFiles
            .Select(path => (Name: Path.GetFileName(path), Lines: File.ReadLines(path).Count()))
            .Where(file => file.Lines > MostLines)
            .Select(file => $"{file.Name}: {file.Lines} lines")];

        Assert.Empty(tooLong);
    }

    [Fact]
    public void LibraryLine_FitsOnAScreen()
    {
        string[] tooWide = [.. SourceTree.LibraryFiles
            .SelectMany(path => File.ReadLines(path).Select((line, index) => (Place: $"{Path.GetFileName(path)}:{index + 1}", line.Length)))
            .Where(line => line.Length > MostColumns)
            .Select(line => $"{line.Place}: {line.Length} columns")];

        Assert.Empty(tooWide);
    }

    [Fact]
    public void LibraryFolder_HoldsFewFiles_ButForTheArchitectures()
    {
        string[] tooFull = [.. SourceTree.LibraryFiles
            .GroupBy(path => Path.GetRelativePath(SourceTree.Root, Path.GetDirectoryName(path)!).Replace('\\', '/'))
            .Where(folder => folder.Count() > MostFiles && folder.Key != "src/TransferLearning/Networks/Architectures")
            .Select(folder => $"{folder.Key}: {folder.Count()} files")];

        Assert.Empty(tooFull);
    }

    [Fact]
    public void LibraryFile_IsNamedAfterItsType()
    {
        string[] misnamed = [.. SourceTree.LibraryFiles
            .Where(path => !System.Text.RegularExpressions.Regex.IsMatch(
                File.ReadAllText(path),
                $@"\b(class|struct|record|interface|enum|delegate [^(]*)\s+{Path.GetFileName(path).Split('.')[0]}\b"))
            .Select(path => Path.GetRelativePath(SourceTree.Root, path))];

        Assert.Empty(misnamed);
    }
}
