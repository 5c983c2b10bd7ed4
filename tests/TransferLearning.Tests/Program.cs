using System.Globalization;
using TransferLearning.Tests.Documentation;
using TransferLearning.Tests.FeatureStorage;

// Test runners load this assembly and never come here; StoreProcess does, and whoever writes the table of networks anew.
if (args is [BackbonesDocument.Verb])
{
    File.WriteAllText(BackbonesDocument.Path, BackbonesDocument.Expected());
    return;
}

var user = new StoreUser(args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
foreach (string complaint in user.Use())
    Console.WriteLine(complaint);
