using System.Text.Json;
using TorchSharp;
using TransferLearning.Formats;
using TransferLearning.Tests.Support;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Formats;

public sealed class WeightsFileTests
{
    [Theory]
    [InlineData(640)]
    [InlineData(1152)]
    [InlineData(1408)]
    public void Read_ASafetensorsFileWhoseLengthBeginsLikeAPickle_ReadsIt(int headerLength)
    {
        using var folder = new TemporaryFolder();
        string header = """{"weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""".PadRight(headerLength);
        File.WriteAllBytes(folder.File("odd.safetensors"), [
            .. BitConverter.GetBytes((long)headerLength), .. System.Text.Encoding.ASCII.GetBytes(header), .. BitConverter.GetBytes(1.5f)]);

        using StateDict tensors = WeightsFile.Read(folder.File("odd.safetensors"));

        Assert.Equal(1.5f, tensors["weight"].item<float>());
    }

    [SkippableTheory]
    [InlineData("zip.pth")]
    [InlineData("zip_protocol4.pth")]
    [InlineData("legacy.pth")]
    [InlineData("tar.pth")]
    [InlineData("all_types.safetensors")]
    public void Read_EachFormat_GivesTheValuesThatWereSaved(string file)
    {
        string path = ReferenceData.Require($"reference/checkpoints/{file}");
        using JsonDocument expected = ReferenceData.RequireJson("reference/checkpoints/expected.json");
        HashSet<string?> absent = file == "tar.pth" ? [.. expected.RootElement.GetProperty("absent_from_tar").EnumerateArray().Select(name => name.GetString())] : [];

        using StateDict tensors = WeightsFile.Read(path);

        JsonProperty[] values = [.. expected.RootElement.GetProperty("values").EnumerateObject().Where(value => !absent.Contains(value.Name))];
        Assert.Equal(values.Select(value => value.Name["module.".Length..]).Order(), tensors.Keys.Order());
        foreach (JsonProperty value in values)
            AssertEqual(value, tensors[value.Name["module.".Length..]]);
    }

    [SkippableTheory]
    [InlineData("refuse_eval.pth", "__builtin__.eval")]
    [InlineData("refuse_system_zip.pth", "posix.system")]
    [InlineData("refuse_system_legacy.pth", "posix.system")]
    [InlineData("whole_module.pth", "torch.save(model.state_dict(), path)")]
    [InlineData("bare_tensor.pth", "one tensor of shape [4, 3, 3, 3] without a name")]
    [InlineData("refuse_truncated.pth", "")]
    [InlineData("refuse_truncated_legacy.pth", "cut short")]
    [InlineData("refuse_duplicate_key.safetensors", "Duplicate propert")]
    [InlineData("refuse_header_json.safetensors", "JSON")]
    [InlineData("refuse_header_length.safetensors", "4611686018427387904 bytes")]
    [InlineData("refuse_hole.safetensors", "no gap")]
    [InlineData("refuse_overflow.safetensors", "[4611686018427387904, 4]")]
    [InlineData("refuse_overlap.safetensors", "no overlap")]
    [InlineData("refuse_short.safetensors", "data bytes 0 to 8, and the file has 4")]
    public void Read_FileToRefuse_SaysWhyAndRunsNothing(string file, string reason)
    {
        string path = ReferenceData.Require($"reference/checkpoints/{file}");
        string trace = Path.Combine(Path.GetTempPath(), "pwned_by_checkpoint");
        Assert.False(File.Exists(trace));

        var error = Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(path));

        Assert.Contains(path, error.Message);
        Assert.Contains(reason, error.Message);
        Assert.False(File.Exists(trace));
    }

    [SkippableFact]
    public void Read_ViewsOfOneStorage_StillShareIt()
    {
        using StateDict tensors = WeightsFile.Read(ReferenceData.Require("reference/checkpoints/zip.pth"));

        tensors["whole"].fill_(7);

        Assert.All(Numbers.Of(tensors["slice"]), value => Assert.Equal(7, value));
        Assert.Equal(new long[] { 3 }, tensors["strided"].stride());
    }

    [SkippableFact]
    public void Read_InsideADisposeScope_OutlivesIt()
    {
        StateDict tensors;
        using (NewDisposeScope())
            tensors = WeightsFile.Read(ReferenceData.Require("reference/checkpoints/zip.pth"));

        using (tensors)
            Assert.Equal(3.25, tensors["scalar"].item<float>());
    }

    [SkippableFact]
    public void Dispose_FreesEveryTensor()
    {
        string path = ReferenceData.Require("reference/checkpoints/legacy.pth");
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        WeightsFile.Read(path).Dispose();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("GIF89a and so on", "neither a PyTorch checkpoint")]
    public void Read_AnotherKindOfFile_SaysWhatWouldBeRight(string content, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("x.pth"), content);

        var error = Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(folder.File("x.pth")));

        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Read_AbsentFile_Throws() =>
        Assert.Throws<FileNotFoundException>(() => WeightsFile.Read(Path.Combine(Path.GetTempPath(), "no-such-file.pth")));

    private static void AssertEqual(JsonProperty expected, Tensor actual)
    {
        Assert.Equal(expected.Value.GetProperty("dtype").GetString(), $"{actual.dtype}".ToLowerInvariant() switch { "byte" => "uint8", var name => name });
        Assert.Equal(expected.Value.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64()), actual.shape);
        Assert.Equal(expected.Value.GetProperty("data").EnumerateArray().Select(number => number.GetDouble()), Numbers.Of(actual));
    }
}
