using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Attacks;

/// <summary>Minutes of each kind are a command of their own, see <see cref="AttackCommand"/>; these are some of the same cases.</summary>
[Collection(Alone.Name)]
public sealed class AttackTests
{
    [SkippableTheory]
    [InlineData("images, SkiaSharp", 150)]
    [InlineData("images, ImageSharp", 150)]
    [InlineData("model files", 150)]
    [InlineData("weights", 60)]
    [InlineData("ONNX files", 60)]
    [InlineData("manifests", 150)]
    [InlineData("folders", 60)]
    [InlineData("hub configuration", 100)]
    [InlineData("servers", 25)]
    [InlineData("feature cache", 15)]
    [InlineData("parts of a fit", 40)]
    [InlineData("file system", 20)]
    public void Library_UnderAttack_GetsByOrRefusesAsDocumented(string name, int cases)
    {
        using AttackKind kind = AttackKind.All[name]();
        var runner = new AttackRunner(kind);
        var row = new AttackRow(name);
        var failures = new List<string>();

        // A kind that has an end is tried from its beginning to its end, with gaps.
        int stride = Math.Max(1, (kind.Count ?? 0) / cases);
        for (int number = 0; number < cases * stride && number < (kind.Count ?? int.MaxValue); number += stride)
        {
            if (kind.Make(FuzzRun.UsualSeed, number) is not { KnownFailure: null } attack)
                continue;
            AttackResult result = runner.Run(AttackCommand.Describe(name, FuzzRun.UsualSeed, number, attack), attack);
            row.Add(result);
            if (result.Failure is { } failure)
                failures.Add(failure);
        }

        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures));
        Skip.If(row.Attempted == 0, "No case of this kind can be made on this system.");
    }

    [Fact]
    public void Kinds_AllTested()
    {
        var inline = typeof(AttackTests).GetMethod(nameof(Library_UnderAttack_GetsByOrRefusesAsDocumented))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>();

        Assert.Equal(AttackKind.All.Keys, inline.Select(data => (string)data.GetData(null!).Single()[0]));
    }
}
