using WebClassifier;

await ClassifierApplication.Create(args).RunAsync();
