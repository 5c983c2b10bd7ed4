using System.Text.Json;
using TransferLearning.Published;
using TransferLearning.Tests.Support;

namespace TransferLearning.Tests.Published;

public sealed class KeyMappingsTests
{
    [SkippableFact]
    public void EfficientNetPyTorchToTimm_OverARealFile_RenamesEveryKey()
    {
        using JsonDocument reference = ReferenceData.RequireJson("reference/real_efficientnet_lite0.json");
        string[][] pairs = [.. reference.RootElement.GetProperty("key_map").EnumerateArray().Select(pair => pair.Deserialize<string[]>()!)];

        Assert.Equal(296, pairs.Length);
        Assert.Equal(pairs.Select(pair => pair[1]), pairs.Select(pair => KeyMappings.EfficientNetPyTorchToTimm(pair[0])));
    }

    [Theory]
    [InlineData("_blocks.3._expand_conv.weight", "blocks.2.0.conv_pw.weight")]
    [InlineData("_blocks.0._project_conv.weight", "blocks.0.0.conv_pw.weight")]
    [InlineData("_blocks.15._bn2.running_var", "blocks.6.0.bn3.running_var")]
    [InlineData("_fc.bias", "classifier.bias")]
    public void EfficientNetPyTorchToTimm_Key_IsRenamed(string key, string expected) =>
        Assert.Equal(expected, KeyMappings.EfficientNetPyTorchToTimm(key));

    [Theory]
    [InlineData("layer1.0.conv1.weight")]
    [InlineData("_blocks.16._bn1.weight")]              // one block more than there are
    [InlineData("_blocks.0._expand_conv.weight")]       // the first block does not expand
    [InlineData("_blocks.1._se_reduce.weight")]         // no squeeze-and-excitation in Lite
    [InlineData("_blocks.99999999999._bn1.weight")]
    [InlineData("_fc")]
    [InlineData("")]
    public void EfficientNetPyTorchToTimm_UnknownKey_ComesBackUnchanged(string key) =>
        Assert.Equal(key, KeyMappings.EfficientNetPyTorchToTimm(key));
}
