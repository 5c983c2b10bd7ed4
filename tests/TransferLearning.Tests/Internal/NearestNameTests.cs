using TransferLearning.Internal;

namespace TransferLearning.Tests.Internal;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("layr1", "Did you mean 'layer1'? ")]
    [InlineData("LAYER2", "Did you mean 'layer2'? ")]
    [InlineData("steam", "Did you mean 'stem'? ")]
    [InlineData("backbone", "")]
    public void Question_ForAMistypedName_SuggestsACloseOneOnly(string name, string question) =>
        Assert.Equal(question, NearestName.Question(name, ["stem", "layer1", "layer2"]));

    [Fact]
    public void Of_ANameOfMillionsOfLetters_TakesNoTime() =>
        Assert.Equal("xx", NearestName.Of(new string('x', 1 << 24), [.. Enumerable.Repeat("stem", 200), "xx"]));

    [Fact]
    public void Question_WithoutCandidates_IsEmpty() => Assert.Equal("", NearestName.Question("stem", []));
}
