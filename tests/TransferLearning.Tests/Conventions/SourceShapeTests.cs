using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Conventions;

public sealed class SourceShapeTests
{
    [Fact]
    public void LibraryFile_HoldsOneIdea_OnTwoHundredLinesOrSo()
    {
        string[] tooLong = [.. SourceTree.LibraryFiles
            .Select(path => (Name: Path.GetFileName(path), Lines: File.ReadLines(path).Count()))
            .Where(file => file.Lines > 260)
            .Select(file => $"{file.Name}: {file.Lines} lines")];

        Assert.Empty(tooLong);
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
